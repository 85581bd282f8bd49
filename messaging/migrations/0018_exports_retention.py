import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0017_statistics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(),
            "DROP INDEX messaging_request_uuid;",
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("through", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Resend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.UUIDField(unique=True)),
                ("requested_at", models.DateTimeField(verbose_name="sent again")),
                ("messages", models.PositiveIntegerField(default=0, verbose_name="messages")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "resend",
                "verbose_name_plural": "resends",
            },
        ),
        migrations.CreateModel(
            name="ResentMessage",
            fields=[
                ("message_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("new_id", models.BigIntegerField(unique=True)),
                (
                    "resend",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resent",
                        to="messaging.resend",
                    ),
                ),
            ],
            options={
                "verbose_name": "message sent again",
                "verbose_name_plural": "messages sent again",
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                            ("details", "Sending details"),
                            ("statistics", "Statistics"),
                            ("failed_numbers", "Failed numbers of a group task"),
                        ],
                        max_length=16,
                        verbose_name="what",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "csv"), ("xlsx", "Excel workbook (xlsx)")],
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("filters", models.JSONField(default=dict)),
                ("language", models.CharField(max_length=16)),
                ("requested_at", models.DateTimeField(verbose_name="requested")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("writing", "Being written"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("position", models.JSONField(null=True)),
                ("share", models.FloatField(default=0.0)),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("is_cut", models.BooleanField(default=False)),
                ("pieces", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="bytes")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("worked_at", models.DateTimeField(null=True)),
                ("failure", models.TextField(blank=True, verbose_name="reason")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "expires_at",
                    models.DateTimeField(null=True, verbose_name="can be downloaded until"),
                ),
                ("downloads", models.PositiveIntegerField(default=0, verbose_name="downloads")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to="customers.customer",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "writing"))),
                        fields=["id"],
                        name="export_unfinished",
                    ),
                    models.Index(
                        condition=models.Q(("state", "ready")),
                        fields=["expires_at"],
                        name="export_expiring",
                    ),
                    models.Index(fields=["customer", "-id"], name="export_of_customer"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="sendrequest",
            name="source",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "API"),
                    (2, "Group SMS Assistant"),
                    (3, "Notice of the platform"),
                    (4, "Sent again"),
                ]
            ),
        ),
    ]
