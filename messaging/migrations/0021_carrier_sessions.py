"""Carrier processes with their leases and sessions; routes by carrier and type, with weights.

A change of a route's further channels is announced, so that web processes forget it at once.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0020_number_removal"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarrierRun",
            fields=[
                (
                    "owner",
                    models.CharField(
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                        verbose_name="carrier process",
                    ),
                ),
                ("host", models.CharField(max_length=64, verbose_name="host")),
                ("pid", models.PositiveIntegerField(verbose_name="process id")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("seen_at", models.DateTimeField(verbose_name="last sign of life")),
            ],
            options={
                "verbose_name": "carrier process",
                "verbose_name_plural": "carrier processes",
            },
        ),
        migrations.CreateModel(
            name="CarrierSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, verbose_name="session")),
                ("is_up", models.BooleanField(verbose_name="up")),
                ("bound_since", models.DateTimeField(null=True, verbose_name="bound since")),
                ("in_flight", models.PositiveIntegerField(verbose_name="in flight")),
                ("parts_per_s", models.FloatField(verbose_name="parts per second")),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="last error")),
                ("seen_at", models.DateTimeField(verbose_name="last sign of life")),
            ],
            options={
                "verbose_name": "carrier session",
                "verbose_name_plural": "carrier sessions",
                "ordering": ["channel", "name"],
            },
        ),
        migrations.CreateModel(
            name="ChannelLease",
            fields=[
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lease",
                        serialize=False,
                        to="messaging.channel",
                        verbose_name="channel",
                    ),
                ),
                ("owner", models.CharField(max_length=64, verbose_name="carrier process")),
                ("taken_at", models.DateTimeField(verbose_name="taken")),
                ("renewed_at", models.DateTimeField(verbose_name="last renewed")),
                ("expires_at", models.DateTimeField(verbose_name="runs out")),
                (
                    "inherited_from",
                    models.CharField(blank=True, max_length=64, verbose_name="taken over from"),
                ),
            ],
            options={
                "verbose_name": "lease of a channel",
                "verbose_name_plural": "leases of channels",
            },
        ),
        migrations.CreateModel(
            name="RouteShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Its share of the messages: 3 beside a weight of 1 is three of four.",
                        validators=[
                            django.core.validators.MinValueValidator(
                                1,
                                "A weight is 1 to 100. A channel that shall carry nothing has no place in the route.",
                            ),
                            django.core.validators.MaxValueValidator(
                                100,
                                "A weight is 1 to 100. A channel that shall carry nothing has no place in the route.",
                            ),
                        ],
                        verbose_name="weight",
                    ),
                ),
            ],
            options={
                "verbose_name": "further channel",
                "verbose_name_plural": "further channels",
                "ordering": ["pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="channelroute",
            options={
                "ordering": ["number", "is_prefix", "carrier", "type"],
                "verbose_name": "route",
                "verbose_name_plural": "routes",
            },
        ),
        migrations.RemoveConstraint(
            model_name="channelroute",
            name="one_route_of_a_number",
        ),
        migrations.AddField(
            model_name="channelroute",
            name="carrier",
            field=models.CharField(
                blank=True,
                choices=[
                    ("other", "Other or abroad"),
                    ("mobile", "China Mobile"),
                    ("unicom", "China Unicom"),
                    ("telecom", "China Telecom"),
                    ("broadnet", "China Broadnet"),
                ],
                help_text="Only recipients whose number this carrier issued; a ported number keeps its first digits. Empty: every recipient.",
                max_length=8,
                verbose_name="carrier of the recipient",
            ),
        ),
        migrations.AddField(
            model_name="channelroute",
            name="type",
            field=models.CharField(
                blank=True,
                choices=[
                    ("VERIFY_CODE_TYPE", "Verification code"),
                    ("NOTIFY_TYPE", "Notification"),
                    ("PROMOTION_TYPE", "Promotion"),
                ],
                help_text="Only messages of this type. Empty: every type.",
                max_length=20,
                verbose_name="template type",
            ),
        ),
        migrations.AddField(
            model_name="channelroute",
            name="weight",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Its share of the messages: 3 beside a weight of 1 is three of four.",
                validators=[
                    django.core.validators.MinValueValidator(
                        1,
                        "A weight is 1 to 100. A channel that shall carry nothing has no place in the route.",
                    ),
                    django.core.validators.MaxValueValidator(
                        100,
                        "A weight is 1 to 100. A channel that shall carry nothing has no place in the route.",
                    ),
                ],
                verbose_name="weight",
            ),
        ),
        migrations.AddField(
            model_name="sendrequest",
            name="announced",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="sendrequest",
            name="sorted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="channelroute",
            name="backup",
            field=models.ForeignKey(
                blank=True,
                help_text="Takes what waits while every other channel of the route is down. Empty: it waits.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="backup_of",
                to="messaging.channel",
                verbose_name="backup channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelroute",
            constraint=models.UniqueConstraint(
                fields=("number", "is_prefix", "carrier", "type"),
                name="one_route_of_a_kind",
                violation_error_message="This number has a route already for this carrier and type: change that one.",
            ),
        ),
        migrations.AddField(
            model_name="carriersession",
            name="channel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to="messaging.channel",
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="carriersession",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to="messaging.carrierrun",
                verbose_name="carrier process",
            ),
        ),
        migrations.AddField(
            model_name="routeshare",
            name="channel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shares",
                to="messaging.channel",
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="routeshare",
            name="route",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="messaging.channelroute",
                verbose_name="route",
            ),
        ),
        migrations.AddConstraint(
            model_name="carriersession",
            constraint=models.UniqueConstraint(
                fields=("run", "channel", "name"), name="one_row_of_a_carrier_session"
            ),
        ),
        migrations.AddConstraint(
            model_name="routeshare",
            constraint=models.UniqueConstraint(
                fields=("route", "channel"),
                name="one_share_of_a_channel",
                violation_error_message="The route has this channel already: change its weight instead.",
            ),
        ),
        migrations.AddConstraint(
            model_name="routeshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1)), name="share_has_a_weight"
            ),
        ),
        migrations.AlterField(
            model_name="channel",
            name="failover_after_s",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="How long the channel must be down before what waits for it goes over another channel of its route: 1 to 86400. Empty: the platform's setting.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(86400),
                ],
                verbose_name="fail-over after seconds",
            ),
        ),
        migrations.AlterField(
            model_name="channel",
            name="window",
            field=models.PositiveIntegerField(
                default=500,
                help_text="How many messages are handed to the carrier at a time. Up to three such slices are under way.",
                verbose_name="window",
            ),
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_routeshare
                FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
            """,
            "DROP TRIGGER announce_change ON messaging_routeshare;",
        ),
    ]
