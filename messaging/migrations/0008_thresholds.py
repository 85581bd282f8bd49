"""Traffic thresholds. Changes of their values are announced, the counting is not."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE OF is_enforced, daily_alarm,
    daily_limit, monthly_alarm, monthly_limit ON messaging_trafficthreshold
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
-- One row a customer, changed by each of its requests: room for versions on the same page.
ALTER TABLE messaging_trafficthreshold SET (fillfactor = 20);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_threshold_notices"),
        ("messaging", "0007_charges"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrafficThreshold",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="traffic_threshold",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                (
                    "is_enforced",
                    models.BooleanField(
                        default=True,
                        help_text="Without it nothing is counted, and nothing is refused.",
                        verbose_name="enforced",
                    ),
                ),
                ("daily_alarm", models.PositiveIntegerField(verbose_name="daily alarm")),
                ("daily_limit", models.PositiveIntegerField(verbose_name="daily limit")),
                ("monthly_alarm", models.PositiveIntegerField(verbose_name="monthly alarm")),
                ("monthly_limit", models.PositiveIntegerField(verbose_name="monthly limit")),
                (
                    "daily_ceiling",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="What the customer may choose at most; empty for the platform's value.",
                        null=True,
                        verbose_name="highest daily limit",
                    ),
                ),
                (
                    "monthly_ceiling",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="What the customer may choose at most; empty for the platform's value.",
                        null=True,
                        verbose_name="highest monthly limit",
                    ),
                ),
                ("day", models.DateField(default=datetime.date(2020, 1, 1), editable=False)),
                ("day_used", models.PositiveIntegerField(default=0, editable=False)),
                ("day_alarmed", models.PositiveIntegerField(editable=False, null=True)),
                ("day_stopped", models.PositiveIntegerField(editable=False, null=True)),
                ("month", models.DateField(default=datetime.date(2020, 1, 1), editable=False)),
                ("month_used", models.PositiveIntegerField(default=0, editable=False)),
                ("month_alarmed", models.PositiveIntegerField(editable=False, null=True)),
                ("month_stopped", models.PositiveIntegerField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "traffic threshold",
                "verbose_name_plural": "traffic thresholds",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("daily_alarm__gt", 0), ("daily_limit__gt", models.F("daily_alarm"))
                        ),
                        name="threshold_daily_order",
                        violation_error_message="The daily limit must be higher than the daily alarm.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("monthly_alarm__gt", 0),
                            ("monthly_limit__gt", models.F("monthly_alarm")),
                        ),
                        name="threshold_monthly_order",
                        violation_error_message="The monthly limit must be higher than the monthly alarm.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_limit__gt", models.F("daily_limit"))),
                        name="threshold_month_above_day",
                        violation_error_message="The monthly limit must be higher than the daily limit.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ANNOUNCE, migrations.RunSQL.noop),
    ]
