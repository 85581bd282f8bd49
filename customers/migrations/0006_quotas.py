"""Quotas of single customers and applications, and requests for them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_uplink_time"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="application",
            options={
                "ordering": ["-created_at", "-id"],
                "permissions": [("suspend_application", "Can suspend and restore an application")],
                "verbose_name": "application",
                "verbose_name_plural": "applications",
            },
        ),
        migrations.AlterModelOptions(
            name="customer",
            options={
                "permissions": [("freeze_customer", "Can freeze and release an account")],
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
        migrations.AddField(
            model_name="application",
            name="signature_quota",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="signature quota"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="template_quota",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="template quota"),
        ),
        migrations.AddField(
            model_name="customer",
            name="application_quota",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="application quota"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="country",
            field=models.CharField(
                blank=True,
                help_text="Two letters, such as CN. Review times may differ by country.",
                max_length=2,
                verbose_name="country or region",
            ),
        ),
        migrations.CreateModel(
            name="QuotaRequest",
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
                    "resource",
                    models.CharField(
                        choices=[
                            ("applications", "Applications"),
                            ("signatures", "Signatures"),
                            ("templates", "Templates"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("current", models.PositiveIntegerField(verbose_name="quota so far")),
                ("wanted", models.PositiveIntegerField(verbose_name="wanted quota")),
                ("reason", models.TextField(max_length=500, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "Under review"),
                            ("APPROVED", "Approved"),
                            ("REJECTED", "Rejected"),
                        ],
                        default="SUBMITTED",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_requests",
                        to="customers.application",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_requests",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "quota request",
                "verbose_name_plural": "quota requests",
                "ordering": ["-id"],
                "permissions": [
                    ("decide_quotarequest", "Can set quotas and decide on requests for them")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("application", None), ("resource", "applications")),
                            models.Q(
                                models.Q(("resource", "applications"), _negated=True),
                                ("application__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="quota_of_customer_or_application",
                    )
                ],
            },
        ),
    ]
