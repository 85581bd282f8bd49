"""Qualifications, evidence, filings, the desk's tables, and the steps the database allows."""

import datetime
import uuid
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import common.fields
from reviews.services.steps import allow_steps

REFUSE = """
CREATE TABLE reviews_allowed_step (
    kind varchar(16) NOT NULL,
    origin varchar(48) NOT NULL,
    target varchar(48) NOT NULL,
    PRIMARY KEY (kind, origin, target)
);
CREATE FUNCTION reviews_refuse_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reviews_allowed_step
        WHERE kind = TG_ARGV[0] AND origin = OLD.status AND target = NEW.status
    ) THEN
        RAISE EXCEPTION 'A % cannot go from % to %', TG_ARGV[0], OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviews_allowed_step',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_step BEFORE UPDATE OF status ON reviews_signature
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION reviews_refuse_step('signature');
CREATE TRIGGER refuse_step BEFORE UPDATE OF status ON reviews_template
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION reviews_refuse_step('template');
CREATE TRIGGER refuse_step BEFORE UPDATE OF status ON reviews_qualification
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION reviews_refuse_step('qualification');
"""
ALLOW_ALL = """
DROP TRIGGER refuse_step ON reviews_signature;
DROP TRIGGER refuse_step ON reviews_template;
DROP TRIGGER refuse_step ON reviews_qualification;
DROP FUNCTION reviews_refuse_step();
DROP TABLE reviews_allowed_step;
"""


def install_steps(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    allow_steps(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("customers", "0006_quotas"),
        ("reviews", "0002_announce_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CannedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=64, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signature", "Signature"),
                            ("template", "Template"),
                            ("qualification", "Qualification"),
                            ("activation", "Activation"),
                            ("supplement", "Qualification supplement"),
                            ("quota", "Quota"),
                            ("number_removal", "Blocklist removal"),
                            ("enablement", "Service enablement"),
                        ],
                        help_text="Empty for every type.",
                        max_length=16,
                        verbose_name="object type",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="text")),
            ],
            options={
                "verbose_name": "canned text",
                "verbose_name_plural": "canned texts",
                "ordering": ["kind", "title"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("certificate", "Certificate of the enterprise"),
                            ("id_front", "Administrator's ID card, front"),
                            ("id_back", "Administrator's ID card, back"),
                            ("id_in_hand", "Photo of the administrator holding the ID"),
                            ("authorization", "Letter of authorization"),
                            ("icp_screenshot", "Screenshot of the ICP filing"),
                            ("trademark", "Trademark certificate"),
                            ("other", "Other paper"),
                        ],
                        max_length=16,
                        verbose_name="kind of paper",
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        editable=False, upload_to="evidence/%Y/%m/", verbose_name="file"
                    ),
                ),
                ("file_name", models.CharField(max_length=64, verbose_name="file name")),
                ("content_type", models.CharField(max_length=32, verbose_name="content type")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded")),
            ],
            options={
                "verbose_name": "piece of evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "carrier",
                    models.CharField(
                        choices=[
                            ("MOBILE", "China Mobile"),
                            ("UNICOM", "China Unicom"),
                            ("TELECOM", "China Telecom"),
                            ("BROADNET", "China Broadnet"),
                        ],
                        max_length=8,
                        verbose_name="carrier",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("NOT_SUBMITTED", "Not submitted"),
                            ("SUBMITTED", "Submitted"),
                            ("OK", "Registered"),
                            ("FAILED", "Failed"),
                        ],
                        default="NOT_SUBMITTED",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, max_length=300, verbose_name="reason of the failure"
                    ),
                ),
                (
                    "submitted_on",
                    models.DateField(blank=True, null=True, verbose_name="submitted on"),
                ),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="answered on"),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "filing with a carrier",
                "verbose_name_plural": "filings with carriers",
                "ordering": ["signature_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
            ],
            options={
                "verbose_name": "internal note",
                "verbose_name_plural": "internal notes",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=32, verbose_name="qualification name")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("self_use", "Self-use"), ("third_party", "Third-party use")],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "enterprise_name",
                    models.CharField(max_length=128, verbose_name="enterprise name"),
                ),
                (
                    "enterprise_type",
                    models.CharField(
                        choices=[
                            ("enterprise", "Enterprise"),
                            ("institution", "Government agency or public institution"),
                        ],
                        max_length=12,
                        verbose_name="enterprise type",
                    ),
                ),
                (
                    "certificate_type",
                    models.CharField(
                        choices=[
                            ("business_licence", "Business licence"),
                            ("credit_code", "Social credit code certificate"),
                            ("legal_person", "Public-institution legal-person certificate"),
                        ],
                        max_length=16,
                        verbose_name="certificate type",
                    ),
                ),
                (
                    "credit_code",
                    models.CharField(max_length=18, verbose_name="unified social credit code"),
                ),
                ("legal_person", models.CharField(max_length=64, verbose_name="legal person")),
                (
                    "legal_person_id_type",
                    models.CharField(
                        choices=[
                            ("resident", "Resident identity card"),
                            ("passport", "Passport"),
                            ("hong_kong_macao", "Mainland travel permit, Hong Kong and Macao"),
                            ("taiwan", "Mainland travel permit, Taiwan"),
                        ],
                        default="resident",
                        max_length=16,
                        verbose_name="legal person's ID type",
                    ),
                ),
                (
                    "legal_person_id_number",
                    common.fields.EncryptedTextField(verbose_name="legal person's ID number"),
                ),
                (
                    "administrator_role",
                    models.CharField(
                        choices=[("legal_person", "Legal person"), ("handler", "Handler")],
                        max_length=12,
                        verbose_name="administrator's role",
                    ),
                ),
                ("administrator", models.CharField(max_length=64, verbose_name="administrator")),
                (
                    "administrator_id_number",
                    common.fields.EncryptedTextField(verbose_name="administrator's ID number"),
                ),
                (
                    "administrator_mobile",
                    common.fields.EncryptedTextField(verbose_name="administrator's mobile number"),
                ),
                (
                    "authorization_until",
                    models.DateField(
                        blank=True, null=True, verbose_name="authorization valid until"
                    ),
                ),
                ("remarks", models.TextField(blank=True, max_length=500, verbose_name="remarks")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING_REVIEW", "Pending review"),
                            ("APPROVED", "Approved"),
                            ("REJECTED", "Rejected"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        default="PENDING_REVIEW",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "qualification",
                "verbose_name_plural": "qualifications",
                "ordering": ["-created_at", "-id"],
                "abstract": False,
                "base_manager_name": "every",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("every", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SlaRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signature", "Signature"),
                            ("template", "Template"),
                            ("qualification", "Qualification"),
                            ("activation", "Activation"),
                            ("supplement", "Qualification supplement"),
                            ("quota", "Quota"),
                            ("number_removal", "Blocklist removal"),
                            ("enablement", "Service enablement"),
                        ],
                        max_length=16,
                        verbose_name="object type",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Two letters, such as CN; empty for every country.",
                        max_length=2,
                        verbose_name="country or region",
                    ),
                ),
                (
                    "amount",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="time",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("hours", "working hours"), ("workdays", "workdays")],
                        default="hours",
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
                (
                    "opens",
                    models.TimeField(default=datetime.time(9, 0), verbose_name="work begins"),
                ),
                (
                    "closes",
                    models.TimeField(default=datetime.time(18, 0), verbose_name="work ends"),
                ),
                (
                    "is_strict",
                    models.BooleanField(
                        default=False,
                        help_text="Count hours on the clock from their start, not as working time.",
                        verbose_name="strict",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=128, verbose_name="note")),
            ],
            options={
                "verbose_name": "review time",
                "verbose_name_plural": "review times",
                "ordering": ["kind", "country"],
            },
        ),
        migrations.CreateModel(
            name="WorkdayOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("is_worked", models.BooleanField(verbose_name="worked")),
                ("note", models.CharField(blank=True, max_length=128, verbose_name="note")),
            ],
            options={
                "verbose_name": "workday override",
                "verbose_name_plural": "workday overrides",
                "ordering": ["-day"],
            },
        ),
        migrations.AlterModelOptions(
            name="signature",
            options={
                "base_manager_name": "every",
                "ordering": ["-created_at", "-id"],
                "verbose_name": "signature",
                "verbose_name_plural": "signatures",
            },
        ),
        migrations.AlterModelOptions(
            name="submission",
            options={
                "permissions": [
                    ("reopen_submission", "Can open a decided case again"),
                    ("reassign_submission", "Can take cases from colleagues and hand them out"),
                ],
                "verbose_name": "review case",
                "verbose_name_plural": "review cases",
            },
        ),
        migrations.AlterModelOptions(
            name="template",
            options={
                "base_manager_name": "every",
                "ordering": ["-created_at", "-id"],
                "permissions": [("deactivate_template", "Can deactivate an approved template")],
                "verbose_name": "template",
                "verbose_name_plural": "templates",
            },
        ),
        migrations.AlterModelManagers(
            name="signature",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("every", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AlterModelManagers(
            name="template",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("every", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="signature",
            name="signature_name_and_type_once",
        ),
        migrations.RemoveConstraint(
            model_name="signature",
            name="channel_number_once_per_type",
        ),
        migrations.AddField(
            model_name="decision",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="claimed"),
        ),
        migrations.AddField(
            model_name="decision",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="due"),
        ),
        migrations.AddField(
            model_name="decision",
            name="ip_address",
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name="IP address"),
        ),
        migrations.AddField(
            model_name="decision",
            name="was_urged",
            field=models.BooleanField(default=False, verbose_name="urged"),
        ),
        migrations.AddField(
            model_name="signature",
            name="deleted_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="deleted"
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="source_detail",
            field=models.CharField(blank=True, max_length=255, verbose_name="source in detail"),
        ),
        migrations.AddField(
            model_name="submission",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assignee",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="claimed"),
        ),
        migrations.AddField(
            model_name="submission",
            name="is_calendar_known",
            field=models.BooleanField(default=True, verbose_name="calendar known"),
        ),
        migrations.AddField(
            model_name="submission",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AddField(
            model_name="template",
            name="deleted_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="deleted"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signature", "Signature"),
                    ("template", "Template"),
                    ("qualification", "Qualification"),
                    ("activation", "Activation"),
                    ("supplement", "Qualification supplement"),
                    ("quota", "Quota"),
                    ("number_removal", "Blocklist removal"),
                    ("enablement", "Service enablement"),
                ],
                max_length=16,
                verbose_name="object type",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.OrderBy(models.F("urged_at"), nulls_last=True),
                models.F("due_at"),
                models.F("id"),
                condition=models.Q(("state", "waiting")),
                name="case_waiting_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="cannedtext",
            constraint=models.UniqueConstraint(fields=("kind", "title"), name="canned_text_once"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="signature",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evidence",
                to="reviews.signature",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="uploaded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="signature",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="filings",
                to="reviews.signature",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="filing",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evidence",
                to="reviews.filing",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="reviews.submission",
            ),
        ),
        migrations.AddField(
            model_name="qualification",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="qualifications",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="qualification",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evidence",
                to="reviews.qualification",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="qualification",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="reviews.qualification",
                verbose_name="qualification",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("customer", "name", "type"),
                name="signature_name_and_type_once",
                violation_error_message="You have a signature of this name and type already. Use it, or choose another name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("deleted_at", None), models.Q(("channel_number", ""), _negated=True)
                ),
                fields=("channel_number", "type"),
                name="channel_number_once_per_type",
                violation_error_message="This channel number belongs to another signature.",
            ),
        ),
        migrations.AddConstraint(
            model_name="slarule",
            constraint=models.UniqueConstraint(fields=("kind", "country"), name="sla_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="slarule",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lt", models.F("closes"))),
                name="sla_window_opens_before_it_closes",
                violation_error_message="Work must begin before it ends.",
            ),
        ),
        migrations.AddConstraint(
            model_name="slarule",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 1)), name="sla_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                fields=("signature", "carrier"), name="one_filing_per_carrier"
            ),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("customer", "name"),
                name="qualification_name_once",
                violation_error_message="You have a qualification of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose", "third_party"), ("authorization_until", None), _connector="OR"
                ),
                name="authorization_for_third_party_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("filing", None), ("qualification__isnull", False), ("signature", None)
                    ),
                    models.Q(
                        ("filing", None), ("qualification", None), ("signature__isnull", False)
                    ),
                    models.Q(
                        ("filing__isnull", False), ("qualification", None), ("signature", None)
                    ),
                    _connector="OR",
                ),
                name="evidence_of_one_owner",
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW_ALL),
        migrations.RunPython(install_steps, migrations.RunPython.noop),
    ]
