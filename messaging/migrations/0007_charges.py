"""Charges and credits; the partitioned table's SQL is written by hand."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from messaging.models.partitions import ensure_partitions


def make_partitions(apps, schema_editor):
    ensure_partitions()


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_billing"),
        ("messaging", "0006_platform_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_id", models.BigIntegerField()),
                ("parts", models.PositiveIntegerField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Charge",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "request_id",
                                "position",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("request_id", models.BigIntegerField()),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("industry", "Verification codes and notifications"),
                                    ("promotion", "Promotions"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("application_id", models.BigIntegerField()),
                        ("message_type", models.CharField(max_length=20)),
                        ("parts", models.PositiveIntegerField()),
                        ("amount", models.BigIntegerField()),
                        ("charged_at", models.DateTimeField()),
                        ("credited", models.PositiveIntegerField(db_default=0, default=0)),
                        ("is_booked", models.BooleanField(db_default=False, default=False)),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.billingaccount",
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.package",
                            ),
                        ),
                    ],
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    Path(__file__).with_suffix(".sql").read_text(), "DROP TABLE messaging_charge;"
                )
            ],
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
