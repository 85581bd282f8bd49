"""Daily figures, e-mails about channel alarms, sentences that are worded when they are read."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import common.sentences
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
        migrations.AlterField(
            model_name="export",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("writing", "Being written"),
                    ("packing", "Being put together"),
                    ("ready", "Ready"),
                    ("failed", "Failed"),
                    ("expired", "Expired"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.RemoveIndex(model_name="export", name="export_unfinished"),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                fields=["id"],
                condition=models.Q(state__in=("waiting", "writing", "packing")),
                name="export_unfinished",
            ),
        ),
        migrations.AlterField(
            model_name="grouptask",
            name="failure",
            field=common.sentences.SentenceField(blank=True, verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="grouptask",
            name="notes",
            field=common.sentences.SentencesField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name="groupproblem",
            name="reason",
            field=common.sentences.SentenceField(verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="recipientlist",
            name="failure",
            field=common.sentences.SentenceField(blank=True, verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="channelalarm",
            name="measure",
            field=models.CharField(
                choices=[
                    ("delivery_rate", "Delivery rate"),
                    ("latency", "Time to the report"),
                    ("down", "Channel down"),
                    ("waiting", "Oldest waiting message"),
                ],
                max_length=16,
                verbose_name="what changed",
            ),
        ),
        migrations.AddField(
            model_name="channelalarm",
            name="calm_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="AlarmEmail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "about",
                    models.CharField(choices=[("began", "Began"), ("ended", "Over")], max_length=5),
                ),
                ("address", models.EmailField(max_length=254)),
                ("language", models.CharField(blank=True, max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("error", models.CharField(blank=True, max_length=200)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emails",
                        to="messaging.channelalarm",
                    ),
                ),
            ],
            options={
                "verbose_name": "e-mail of an alarm",
                "verbose_name_plural": "e-mails of alarms",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_attempt_at"],
                        name="alarm_email_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alarm", "about", "address"), name="alarm_email_once_per_address"
                    )
                ],
            },
        ),
    ]
