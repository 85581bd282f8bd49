import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0012_purchases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("messaging", "0018_exports_retention"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyReplay",
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
                    "rule",
                    models.CharField(
                        choices=[
                            ("frequency", "Frequency limits"),
                            ("keywords", "Forbidden words"),
                            ("numbers", "Blocked numbers and segments"),
                            ("window", "Sending hours of promotions"),
                            ("threshold", "Traffic threshold"),
                            ("guard", "Guard against bombing"),
                        ],
                        max_length=9,
                        verbose_name="rule",
                    ),
                ),
                ("draft", models.JSONField(verbose_name="draft")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="status",
                    ),
                ),
                ("position", models.JSONField(default=dict, editable=False)),
                ("figures", models.JSONField(default=dict, editable=False)),
                (
                    "failure",
                    models.CharField(blank=True, max_length=255, verbose_name="failure"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "finished_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="finished"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tried by",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for the traffic of all customers.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy replay",
                "verbose_name_plural": "policy replays",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=["id"],
                        name="replay_unfinished",
                    )
                ],
            },
        ),
    ]
