from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from .channel import Channel

SILENT_AFTER = timedelta(seconds=15)
"""A channel whose carrier process said nothing for this long is down: the process is gone."""


class ChannelHealth(models.Model):
    """How a channel is, as its carrier process last said; written every few seconds.

    With several processes on a channel, one that has it up speaks before those that do not; the
    counters add up what all of them saw.
    """

    class State(models.IntegerChoices):
        STARTING = 0, _("Starting")
        UP = 1, _("Up")
        DOWN = 2, _("Down")

    channel = models.OneToOneField(
        Channel, models.CASCADE, primary_key=True, related_name="health", verbose_name=_("channel")
    )
    state = models.PositiveSmallIntegerField(_("status"), choices=State)
    since = models.DateTimeField(_("since"))
    """When it came up, or went down; a channel that starts counts as down until it is up."""
    error = models.CharField(_("last error"), max_length=200, blank=True)
    owner = models.CharField(_("carrier process"), max_length=64)
    heartbeat_at = models.DateTimeField(_("last sign of life"))
    is_throttled = models.BooleanField(_("throttled"), default=False)
    submitted_at = models.DateTimeField(_("last submission"), null=True)
    received_at = models.DateTimeField(_("last receipt"), null=True)
    submits_per_s = models.FloatField(_("messages per second"), default=0)
    receipts_per_s = models.FloatField(_("receipts per second"), default=0)
    submitted = models.BigIntegerField(_("messages submitted"), default=0)
    taken_over = models.BigIntegerField(_("messages taken over from another channel"), default=0)
    matched = models.BigIntegerField(_("receipts of known messages"), default=0)
    unknown = models.BigIntegerField(_("receipts without a message"), default=0)
    malformed = models.BigIntegerField(_("malformed receipts"), default=0)
    duplicate = models.BigIntegerField(_("repeated receipts"), default=0)

    class Meta:
        verbose_name = _("channel health")
        verbose_name_plural = _("channel health")

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_state_display()}"
