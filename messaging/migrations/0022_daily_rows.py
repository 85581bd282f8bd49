"""Daily figures beside the hourly ones; what was counted so far is put together."""

import django.contrib.postgres.fields
from django.db import migrations, models

from messaging.statistics.days import make_days

_KEY = (
    "application_id",
    "signature_id",
    "template_version_id",
    "type",
    "source",
    "sender",
    "place",
    "channel_id",
    "reported_by",
    "code",
)


def fill_days(apps, schema_editor):
    make_days(schema_editor.connection)


def _histogram():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.BigIntegerField(), null=True, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0021_carrier_sessions")]

    operations = [
        migrations.CreateModel(
            name="DailyFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.BigIntegerField()),
                ("application_id", models.BigIntegerField()),
                ("signature_id", models.BigIntegerField()),
                ("template_version_id", models.BigIntegerField()),
                ("type", models.CharField(max_length=20)),
                ("source", models.PositiveSmallIntegerField()),
                ("sender", models.CharField(max_length=21)),
                ("place", models.PositiveSmallIntegerField()),
                ("channel_id", models.BigIntegerField()),
                ("reported_by", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=32)),
                ("messages", models.BigIntegerField()),
                ("parts", models.BigIntegerField()),
                ("latency", _histogram()),
                ("transit", _histogram()),
                ("day", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="messaging_figure_of_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer_id", "day", *_KEY), name="daily_figure_once_per_key"
                    )
                ],
            },
        ),
        # Figures of the present day are added to again and again, without touching their key.
        migrations.RunSQL(
            "ALTER TABLE messaging_dailyfigure SET (fillfactor = 70)", migrations.RunSQL.noop
        ),
        migrations.RunPython(fill_days, migrations.RunPython.noop),
    ]
