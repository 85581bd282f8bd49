from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .channel import Channel


class Tally(models.Model):
    """What the statistics have not counted yet: written with the change of state, soon folded.

    Either a request that was accepted, or messages that reached their final state, or both.
    """

    request_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    """The channel that the `finished` messages went over; null for what a rule stopped."""
    finished = ArrayField(models.BigIntegerField(), null=True)

    def __str__(self) -> str:
        return str(self.pk)


_KEY = [
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
]


class Figure(models.Model):
    """How many messages accepted in a span of time share all of a key, and how long they took.

    With an empty `code` it counts all messages accepted; the other rows count those with a final
    report, by its code and source. What is missing between the two is under way. A zero stands for
    "none" in ids. No foreign keys: figures outlive what they are about.
    """

    customer_id = models.BigIntegerField()
    application_id = models.BigIntegerField()
    signature_id = models.BigIntegerField()
    """0 when the signature was unknown."""
    template_version_id = models.BigIntegerField()
    type = models.CharField(max_length=20)
    source = models.PositiveSmallIntegerField()
    """Of the request (`SendRequest.Source`)."""
    sender = models.CharField(max_length=21)
    place = models.PositiveSmallIntegerField()
    """Carrier and region of the recipient's number (`messaging.statistics.places`)."""
    channel_id = models.BigIntegerField()
    """The channel the message went over; 0 while that is open, and for what a rule stopped."""
    reported_by = models.PositiveSmallIntegerField()
    """Who made the status report (`Source` of parts); 0 for accepted messages."""
    code = models.CharField(max_length=32)
    messages = models.BigIntegerField()
    parts = models.BigIntegerField()
    latency = ArrayField(models.BigIntegerField(), null=True)
    """Delivered messages by the time from the acceptance to the report, in the steps of
    `messaging.statistics.latency`."""
    transit = ArrayField(models.BigIntegerField(), null=True)
    """The same from the submission to the carrier."""

    class Meta:
        abstract = True


class HourlyFigure(Figure):
    """A figure of an hour."""

    hour = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_id", "hour", *_KEY], name="hourly_figure_once_per_key"
            )
        ]
        indexes = [models.Index(fields=["hour"], name="messaging_figure_of_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.code or 'accepted'}: {self.messages}"


class DailyFigure(Figure):
    """A figure of a day: at every moment the sum of its hours (docs/decisions/0012)."""

    day = models.DateTimeField()
    """The midnight of the platform's zone that it begins with."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_id", "day", *_KEY], name="daily_figure_once_per_key"
            )
        ]
        indexes = [models.Index(fields=["day"], name="messaging_figure_of_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.code or 'accepted'}: {self.messages}"


class ChannelAlarm(models.Model):
    """A channel that delivers suddenly less, or later, than before, is down, or leaves messages
    waiting."""

    class Measure(models.TextChoices):
        DELIVERY_RATE = "delivery_rate", _("Delivery rate")
        LATENCY = "latency", _("Time to the report")
        DOWN = "down", _("Channel down")
        WAITING = "waiting", _("Oldest waiting message")

    channel = models.ForeignKey(
        Channel, models.CASCADE, related_name="alarms", verbose_name=_("channel")
    )
    measure = models.CharField(_("what changed"), max_length=16, choices=Measure)
    usual = models.FloatField(_("before"))
    """A share from 0 to 1, or seconds: what is usual, or the most that may wait."""
    seen = models.FloatField(_("now"))
    messages = models.PositiveIntegerField(_("messages"))
    """How many messages were looked at when it was last checked."""
    began_at = models.DateTimeField(_("since"))
    calm_since = models.DateTimeField(null=True)
    """Since when its cause is gone; it ends when that stays so for a while."""
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("channel alarm")
        verbose_name_plural = _("channel alarms")
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "measure"],
                condition=models.Q(ended_at=None),
                name="one_open_alarm_per_channel_and_measure",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_measure_display()}"

    @property
    def is_drop(self) -> bool:
        """Whether it was found by figures, which need some messages."""
        return self.measure in (self.Measure.DELIVERY_RATE, self.Measure.LATENCY)
