"""Rules that stopped messages, their versions, the guard; tables of days by hand."""

import uuid
from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from messaging.models.partitions import ensure_partitions

_HERE = Path(__file__).parent


def make_partitions(apps, schema_editor):
    ensure_partitions()


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_notices_and_labels"),
        ("messaging", "0014_callback_labels"),
        ("reviews", "0005_real_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind",
                        "rule_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("route", "Channel number and signature"),
                            ("country", "Country or region"),
                            ("threshold", "Traffic thresholds"),
                            ("blocklist", "Blocklists of the platform"),
                            ("number_control", "Number control"),
                            ("opt_out", "Unsubscribed numbers"),
                            ("send_window", "Sending hours"),
                            ("keyword", "Keywords"),
                            ("frequency", "Sending frequency"),
                            ("guard", "Protection against bombing"),
                        ],
                        max_length=16,
                    ),
                ),
                ("rule_id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "rule version",
                "verbose_name_plural": "rule versions",
            },
        ),
        migrations.CreateModel(
            name="GuardLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("VERIFY_CODE_TYPE", "Verification code"),
                            ("NOTIFY_TYPE", "Notification"),
                            ("PROMOTION_TYPE", "Promotion"),
                        ],
                        max_length=20,
                        verbose_name="message type",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("template", "Template"),
                            ("segment", "Number segment"),
                            ("address", "Client address"),
                        ],
                        max_length=8,
                        verbose_name="counted for each",
                    ),
                ),
                (
                    "most",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000000),
                        ],
                        verbose_name="messages",
                    ),
                ),
                (
                    "per_s",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3600),
                        ],
                        verbose_name="in seconds",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
            ],
            options={
                "verbose_name": "guard limit",
                "verbose_name_plural": "guard limits",
                "constraints": [
                    models.UniqueConstraint(fields=("type", "subject"), name="guard_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("most__gte", 1),
                            ("most__lte", 10000000),
                            ("per_s__gte", 1),
                            ("per_s__lte", 3600),
                        ),
                        name="guard_limit_within_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuardAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("velocity", "Too many messages at once"),
                            ("conversion", "Hardly any codes are used"),
                        ],
                        max_length=10,
                        verbose_name="alarm",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("template", "Template"),
                            ("segment", "Number segment"),
                            ("address", "Client address"),
                        ],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("value", models.CharField(max_length=64, verbose_name="which")),
                ("detail", models.CharField(max_length=64, verbose_name="figures")),
                ("hour", models.DateTimeField(verbose_name="hour")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="raised")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.application",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guard_alarms",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "guard alarm",
                "verbose_name_plural": "guard alarms",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "kind", "subject", "value", "hour"),
                        name="guard_alarm_once_an_hour",
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Conversion",
                    fields=[
                        ("message_id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("application_id", models.BigIntegerField()),
                        ("template_version_id", models.BigIntegerField()),
                        ("accepted_at", models.DateTimeField()),
                        ("is_used", models.BooleanField(verbose_name="used")),
                        ("told_at", models.DateTimeField(verbose_name="told")),
                    ],
                    options={
                        "verbose_name": "conversion",
                        "verbose_name_plural": "conversions",
                    },
                ),
                migrations.CreateModel(
                    name="RuleHit",
                    fields=[
                        ("message_id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("customer_id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("route", "Channel number and signature"),
                                    ("country", "Country or region"),
                                    ("threshold", "Traffic thresholds"),
                                    ("blocklist", "Blocklists of the platform"),
                                    ("number_control", "Number control"),
                                    ("opt_out", "Unsubscribed numbers"),
                                    ("send_window", "Sending hours"),
                                    ("keyword", "Keywords"),
                                    ("frequency", "Sending frequency"),
                                    ("guard", "Protection against bombing"),
                                ],
                                max_length=16,
                                verbose_name="rule",
                            ),
                        ),
                        ("rule_id", models.BigIntegerField()),
                        ("rule_version", models.PositiveIntegerField()),
                        (
                            "matched",
                            models.CharField(blank=True, max_length=64, verbose_name="found"),
                        ),
                    ],
                    options={
                        "verbose_name": "stopped message",
                        "verbose_name_plural": "stopped messages",
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    (_HERE / "0015_verdicts.sql").read_text(),
                    """
                    DROP TABLE messaging_rulehit, messaging_conversion;
                    ALTER TABLE messaging_trafficthreshold RESET (fillfactor);
                    """,
                )
            ],
        ),
        migrations.RunSQL(
            (_HERE / "0015_rule_versions.sql").read_text(),
            """
            DROP FUNCTION messaging_grow_rule_version CASCADE;
            DROP FUNCTION messaging_change_blocklist CASCADE;
            DROP SEQUENCE messaging_blocklist_state;
            """,
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
