"""Uplinks, the parts they come in, and the numbers that opted out."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from messaging.models.partitions import ensure_partitions


def make_partitions(apps, schema_editor):
    ensure_partitions()


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_uplink_time"),
        ("messaging", "0003_callback_delivery"),
        ("reviews", "0002_announce_changes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="callbacktarget",
            name="kind",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "One report a push"),
                    (2, "Up to 50 reports a push"),
                    (3, "Replies, one a push"),
                ],
                db_default=1,
                default=1,
                verbose_name="kind",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Uplink",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("uuid", models.UUIDField(default=uuid.uuid4)),
                        ("sender", models.CharField(max_length=21, verbose_name="from")),
                        ("channel_number", models.CharField(max_length=21, verbose_name="to")),
                        ("body", models.TextField(blank=True, verbose_name="text")),
                        (
                            "parts",
                            models.PositiveSmallIntegerField(default=1, verbose_name="parts"),
                        ),
                        (
                            "parts_missing",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="missing parts"
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("candidates", models.PositiveSmallIntegerField(default=0)),
                        (
                            "is_opt_out",
                            models.BooleanField(default=False, verbose_name="unsubscribed"),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.application",
                            ),
                        ),
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
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="messaging.message",
                            ),
                        ),
                        (
                            "signature",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.signature",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reply",
                        "verbose_name_plural": "replies",
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    Path(__file__).with_suffix(".sql").read_text(),
                    "DROP TABLE messaging_uplink;",
                )
            ],
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel_number", models.CharField(max_length=21, verbose_name="channel number")),
                ("recipient", models.CharField(max_length=21, verbose_name="number")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("uplink_id", models.BigIntegerField(null=True)),
                (
                    "restored_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="restored"),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.application",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opt_outs",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "unsubscribed number",
                "verbose_name_plural": "unsubscribed numbers",
                "indexes": [models.Index(fields=["customer", "-since"], name="opt_out_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "channel_number", "recipient", "application"),
                        name="opt_out_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UplinkPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("carrier_id", models.CharField(max_length=64, null=True)),
                ("sender", models.CharField(max_length=21)),
                ("channel_number", models.CharField(max_length=21)),
                ("reference", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveSmallIntegerField(default=1)),
                ("index", models.PositiveSmallIntegerField(default=1)),
                ("text", models.TextField(blank=True)),
                ("received_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                ("uplink_id", models.BigIntegerField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.channel",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("uplink_id__isnull", True)),
                        fields=["channel", "sender"],
                        name="uplink_part_waiting",
                    ),
                    models.Index(fields=["stored_at"], name="uplink_part_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "carrier_id"), name="uplink_part_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("total__gt", 1), ("uplink_id__isnull", True)),
                        fields=(
                            "channel",
                            "sender",
                            "channel_number",
                            "reference",
                            "total",
                            "index",
                        ),
                        name="uplink_part_once_per_place",
                    ),
                ],
            },
        ),
    ]
