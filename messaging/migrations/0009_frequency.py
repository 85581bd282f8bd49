"""Customers' own frequency limits; their changes are announced."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_frequencypolicy
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_announce_changes"),
        ("messaging", "0008_thresholds"),
    ]

    operations = [
        migrations.CreateModel(
            name="FrequencyPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(999),
                        ],
                        verbose_name="a minute",
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(999),
                        ],
                        verbose_name="an hour",
                    ),
                ),
                (
                    "per_day",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(999),
                        ],
                        verbose_name="a day",
                    ),
                ),
                (
                    "whitelist",
                    models.JSONField(
                        blank=True, default=list, verbose_name="numbers without this limit"
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="frequency_policy",
                        to="customers.application",
                    ),
                ),
            ],
            options={
                "verbose_name": "frequency policy",
                "verbose_name_plural": "frequency policies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("per_minute__isnull", False),
                            ("per_hour__isnull", False),
                            ("per_day__isnull", False),
                            _connector="OR",
                        ),
                        name="frequency_limits_something",
                    )
                ],
            },
        ),
        migrations.RunSQL(ANNOUNCE, migrations.RunSQL.noop),
    ]
