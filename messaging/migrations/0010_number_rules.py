"""Customers' rules for numbers; their changes are announced."""

import django.db.models.deletion
from django.db import migrations, models

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_numberrule
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_numbercontrol
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_announce_changes"),
        ("messaging", "0009_frequency"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberControl",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="number_control",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("is_enabled", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "number control",
                "verbose_name_plural": "number controls",
            },
        ),
        migrations.CreateModel(
            name="NumberRule",
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
                        choices=[("allow", "Allowed"), ("deny", "Denied")],
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                ("pattern", models.CharField(max_length=21, verbose_name="number or segment")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="number_rules",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "number rule",
                "verbose_name_plural": "number rules",
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "pattern"), name="number_rule_once")
                ],
            },
        ),
        migrations.RunSQL(ANNOUNCE, migrations.RunSQL.noop),
    ]
