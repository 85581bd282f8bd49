"""Routes with a backup channel, the health of channels, receipts that say nothing usable.

Changes of channels and routes are announced, so that web processes forget them at once.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_channel
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_channelroute
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""
KEEP_QUIET = """
DROP TRIGGER announce_change ON messaging_channel;
DROP TRIGGER announce_change ON messaging_channelroute;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_announce_changes"),
        ("messaging", "0004_uplinks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChannelHealth",
            fields=[
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="health",
                        serialize=False,
                        to="messaging.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Starting"), (1, "Up"), (2, "Down")], verbose_name="status"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="last error")),
                ("owner", models.CharField(max_length=64, verbose_name="carrier process")),
                ("heartbeat_at", models.DateTimeField(verbose_name="last sign of life")),
                ("is_throttled", models.BooleanField(default=False, verbose_name="throttled")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="last submission")),
                ("received_at", models.DateTimeField(null=True, verbose_name="last receipt")),
                ("submits_per_s", models.FloatField(default=0, verbose_name="messages per second")),
                (
                    "receipts_per_s",
                    models.FloatField(default=0, verbose_name="receipts per second"),
                ),
                ("submitted", models.BigIntegerField(default=0, verbose_name="messages submitted")),
                (
                    "taken_over",
                    models.BigIntegerField(
                        default=0, verbose_name="messages taken over from another channel"
                    ),
                ),
                (
                    "matched",
                    models.BigIntegerField(default=0, verbose_name="receipts of known messages"),
                ),
                (
                    "unknown",
                    models.BigIntegerField(default=0, verbose_name="receipts without a message"),
                ),
                ("malformed", models.BigIntegerField(default=0, verbose_name="malformed receipts")),
                ("duplicate", models.BigIntegerField(default=0, verbose_name="repeated receipts")),
            ],
            options={
                "verbose_name": "channel health",
                "verbose_name_plural": "channel health",
            },
        ),
        migrations.AlterModelOptions(
            name="earlyreceipt",
            options={
                "verbose_name": "receipt without a message",
                "verbose_name_plural": "receipts without a message",
            },
        ),
        migrations.AddField(
            model_name="channel",
            name="failover_after_s",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="How long the channel must be down before what waits for it goes over the backup channel of its route: 1 to 86400. Empty: the platform's setting.",
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
                help_text="How many messages are handed to the carrier at a time. Each carrier process has up to three such slices under way.",
                verbose_name="window",
            ),
        ),
        migrations.AlterField(
            model_name="earlyreceipt",
            name="carrier_id",
            field=models.CharField(max_length=64, verbose_name="carrier's id"),
        ),
        migrations.AlterField(
            model_name="earlyreceipt",
            name="code",
            field=models.CharField(max_length=32, verbose_name="status code"),
        ),
        migrations.AlterField(
            model_name="earlyreceipt",
            name="received_at",
            field=models.DateTimeField(verbose_name="received"),
        ),
        migrations.AlterField(
            model_name="earlyreceipt",
            name="reported_at",
            field=models.DateTimeField(verbose_name="reported"),
        ),
        migrations.CreateModel(
            name="MalformedReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("problem", models.CharField(max_length=64, verbose_name="what is wrong")),
                ("raw", models.TextField(verbose_name="as it came")),
                ("received_at", models.DateTimeField(verbose_name="received")),
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
                "verbose_name": "malformed receipt",
                "verbose_name_plural": "malformed receipts",
            },
        ),
        migrations.CreateModel(
            name="ChannelRoute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="The whole number, or how numbers begin. An empty prefix is every number.",
                        max_length=21,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9A-Za-z]*\\Z",
                                "A channel number consists of letters and digits only.",
                            )
                        ],
                        verbose_name="channel number",
                    ),
                ),
                (
                    "is_prefix",
                    models.BooleanField(
                        default=False,
                        help_text="Every number that begins so takes this route.",
                        verbose_name="prefix",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "backup",
                    models.ForeignKey(
                        blank=True,
                        help_text="Takes what waits while the other channel is down. Empty: messages wait.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backup_of",
                        to="messaging.channel",
                        verbose_name="backup channel",
                    ),
                ),
                (
                    "primary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="primary_of",
                        to="messaging.channel",
                        verbose_name="channel",
                    ),
                ),
            ],
            options={
                "verbose_name": "route",
                "verbose_name_plural": "routes",
                "ordering": ["number", "is_prefix"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number", "is_prefix"),
                        name="one_route_of_a_number",
                        violation_error_message="This number has a route already: change that one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_prefix", True),
                            models.Q(("number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="exact_route_has_a_number",
                        violation_error_message="Enter a channel number, or make it a prefix.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("backup", None),
                            models.Q(("backup", models.F("primary")), _negated=True),
                            _connector="OR",
                        ),
                        name="backup_is_another_channel",
                        violation_error_message="The backup channel is the channel itself: choose another one or none.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ANNOUNCE, KEEP_QUIET),
    ]
