"""The partitioned tables: their SQL is written by hand, Django keeps the state."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from messaging.models.partitions import ensure_partitions


def make_partitions(apps, schema_editor):
    ensure_partitions()


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Callback",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "message_id",
                                "sequence",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("message_id", models.BigIntegerField()),
                        ("sequence", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.PositiveSmallIntegerField(
                                choices=[(0, "Due"), (1, "Delivered"), (2, "Given up")],
                                db_default=0,
                                default=0,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(
                                db_default=0, default=0, verbose_name="attempts"
                            ),
                        ),
                        (
                            "next_attempt_at",
                            models.DateTimeField(verbose_name="next attempt"),
                        ),
                        (
                            "attempted_at",
                            models.DateTimeField(null=True, verbose_name="last attempt"),
                        ),
                        (
                            "http_status",
                            models.PositiveSmallIntegerField(null=True, verbose_name="HTTP status"),
                        ),
                        (
                            "error",
                            models.CharField(
                                blank=True,
                                db_default="",
                                max_length=64,
                                verbose_name="error",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="messaging.callbacktarget",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "callback",
                        "verbose_name_plural": "callbacks",
                    },
                ),
                migrations.CreateModel(
                    name="Part",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "message_id",
                                "sequence",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("message_id", models.BigIntegerField()),
                        ("sequence", models.PositiveSmallIntegerField()),
                        ("carrier_id", models.CharField(max_length=64)),
                        (
                            "code",
                            models.CharField(blank=True, db_default="", max_length=32),
                        ),
                        (
                            "source",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Platform"),
                                    (2, "Carrier"),
                                    (3, "Policy"),
                                ],
                                null=True,
                            ),
                        ),
                        ("reported_at", models.DateTimeField(null=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="messaging.channel",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SendRequest",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(primary_key=True, serialize=False),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4)),
                        (
                            "source",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "API"), (2, "Group SMS Assistant")]
                            ),
                        ),
                        ("group_task_id", models.BigIntegerField(null=True)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("VERIFY_CODE_TYPE", "Verification code"),
                                    ("NOTIFY_TYPE", "Notification"),
                                    ("PROMOTION_TYPE", "Promotion"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("signature_name", models.CharField(max_length=32)),
                        (
                            "sender",
                            models.CharField(max_length=21, verbose_name="channel number"),
                        ),
                        ("extend", models.CharField(blank=True, max_length=128)),
                        ("variables", models.JSONField(null=True)),
                        ("count", models.PositiveIntegerField()),
                        ("created_at", models.DateTimeField(verbose_name="submitted")),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Verification"),
                                    (2, "Notification"),
                                    (3, "Promotion"),
                                ]
                            ),
                        ),
                        (
                            "dispatch",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Waiting for the carrier"),
                                    (1, "Being handed to the carrier"),
                                    (2, "Handed over"),
                                ],
                                default=0,
                            ),
                        ),
                        ("written_through", models.BigIntegerField(null=True)),
                        ("leased_by", models.CharField(blank=True, max_length=64)),
                        ("leased_until", models.DateTimeField(null=True)),
                        (
                            "application",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.application",
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="messaging.channel",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "signature",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.signature",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="messaging.callbacktarget",
                            ),
                        ),
                        (
                            "template_version",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.templateversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "send request",
                        "verbose_name_plural": "send requests",
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(primary_key=True, serialize=False),
                        ),
                        (
                            "recipient",
                            models.CharField(max_length=21, verbose_name="recipient"),
                        ),
                        ("variables", models.JSONField(null=True)),
                        (
                            "state",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Waiting for the carrier"),
                                    (1, "Sent, waiting for the report"),
                                    (
                                        2,
                                        "Handed over without an answer, waiting for the report",
                                    ),
                                    (10, "Delivered"),
                                    (11, "Failed"),
                                    (12, "No report from the carrier in time"),
                                ],
                                db_default=0,
                                default=0,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "parts",
                            models.PositiveSmallIntegerField(verbose_name="parts"),
                        ),
                        ("parts_open", models.PositiveSmallIntegerField()),
                        (
                            "code",
                            models.CharField(
                                blank=True,
                                db_default="",
                                max_length=32,
                                verbose_name="status code",
                            ),
                        ),
                        (
                            "submitted_at",
                            models.DateTimeField(null=True, verbose_name="sent"),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(null=True, verbose_name="reported"),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="messages",
                                to="messaging.sendrequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    Path(__file__).with_suffix(".sql").read_text(),
                    """
                    DROP TABLE messaging_callback, messaging_part, messaging_message,
                        messaging_sendrequest;
                    DROP FUNCTION messaging_make_partitions;
                    DROP SEQUENCE messaging_id_block;
                    """,
                )
            ],
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
