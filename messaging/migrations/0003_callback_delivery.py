"""Circuit breakers of callback addresses, the log of attempts, and the order of reports."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from messaging.models.partitions import ensure_partitions


def make_partitions(apps, schema_editor):
    ensure_partitions()


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_application_calls"),
        ("messaging", "0002_hot_tables"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="callbacktarget", name="callback_target_once"),
        migrations.AddField(
            model_name="callbacktarget",
            name="kind",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "One report a push"), (2, "Up to 50 reports a push")],
                db_default=1,
                default=1,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="callbacktarget",
            name="failures",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="failures in a row"
            ),
        ),
        migrations.AddField(
            model_name="callbacktarget",
            name="trips",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="callbacktarget",
            name="open_until",
            field=models.DateTimeField(null=True, verbose_name="not called until"),
        ),
        migrations.AddConstraint(
            model_name="callbacktarget",
            constraint=models.UniqueConstraint(
                fields=("customer", "url", "kind"), name="callback_target_once"
            ),
        ),
        migrations.AddIndex(
            model_name="callbacktarget",
            index=models.Index(
                condition=models.Q(("open_until__isnull", False)),
                fields=["id"],
                name="callback_target_open",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="callback",
                    name="attempts_before",
                    field=models.PositiveSmallIntegerField(db_default=0, default=0),
                ),
                migrations.CreateModel(
                    name="CallbackAttempt",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "message_id",
                                "sequence",
                                "number",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("message_id", models.BigIntegerField()),
                        ("sequence", models.PositiveSmallIntegerField()),
                        ("number", models.PositiveSmallIntegerField(verbose_name="attempt")),
                        ("at", models.DateTimeField(verbose_name="sent")),
                        (
                            "http_status",
                            models.PositiveSmallIntegerField(null=True, verbose_name="HTTP status"),
                        ),
                        ("elapsed_ms", models.PositiveIntegerField(verbose_name="milliseconds")),
                        (
                            "error",
                            models.CharField(
                                blank=True, db_default="", max_length=64, verbose_name="error"
                            ),
                        ),
                        (
                            "answer",
                            models.TextField(blank=True, db_default="", verbose_name="answer"),
                        ),
                    ],
                    options={
                        "verbose_name": "callback attempt",
                        "verbose_name_plural": "callback attempts",
                    },
                ),
                migrations.CreateModel(
                    name="ReportEvent",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "application",
                                "recorded_in",
                                "message_id",
                                "sequence",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("recorded_in", models.BigIntegerField()),
                        ("message_id", models.BigIntegerField()),
                        ("sequence", models.PositiveSmallIntegerField()),
                        (
                            "application",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.application",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "report event",
                        "verbose_name_plural": "report events",
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    Path(__file__).with_suffix(".sql").read_text(),
                    """
                    DROP TABLE messaging_callbackattempt, messaging_reportevent;
                    ALTER TABLE messaging_callback DROP COLUMN attempts_before;
                    """,
                )
            ],
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
