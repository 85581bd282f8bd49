"""Hourly figures, the tallies that feed them, and where numbers belong."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from messaging.statistics.segments import load_segments


def fill_segments(apps, schema_editor):
    load_segments(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0016_group_tasks")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_id", models.BigIntegerField(null=True)),
                ("channel_id", models.BigIntegerField(null=True)),
                (
                    "finished",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HourlyFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
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
                (
                    "latency",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                (
                    "transit",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["hour"], name="messaging_figure_of_hour")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "customer_id",
                            "hour",
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
                        ),
                        name="hourly_figure_once_per_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("delivery_rate", "Delivery rate"),
                            ("latency", "Time to the report"),
                        ],
                        max_length=16,
                        verbose_name="what changed",
                    ),
                ),
                ("usual", models.FloatField(verbose_name="before")),
                ("seen", models.FloatField(verbose_name="now")),
                ("messages", models.PositiveIntegerField(verbose_name="messages")),
                ("began_at", models.DateTimeField(verbose_name="since")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="until")),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="messaging.channel",
                        verbose_name="channel",
                    ),
                ),
            ],
            options={
                "verbose_name": "channel alarm",
                "verbose_name_plural": "channel alarms",
                "ordering": ["-began_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("channel", "measure"),
                        name="one_open_alarm_per_channel_and_measure",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(),
            """
            DROP TABLE messaging_numbersegment;
            DROP AGGREGATE messaging_latencies(integer, bigint);
            DROP FUNCTION messaging_count_latency, messaging_add_latencies, messaging_latency_step;
            """,
        ),
        migrations.RunPython(fill_segments, migrations.RunPython.noop),
    ]
