from django.db import models
from django.utils.translation import gettext_lazy as _

from .channel import Channel


class Source(models.IntegerChoices):
    """Who made a status report (spec data-plane §4.1, `source`)."""

    PLATFORM = 1
    CARRIER = 2
    POLICY = 3


class Part(models.Model):
    """One part of a message as the carrier knows it; written when the carrier answered."""

    pk = models.CompositePrimaryKey("message_id", "sequence")
    message_id = models.BigIntegerField()
    sequence = models.PositiveSmallIntegerField()
    channel = models.ForeignKey(
        Channel, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    carrier_id = models.CharField(max_length=64)
    code = models.CharField(max_length=32, blank=True, db_default="")
    source = models.PositiveSmallIntegerField(choices=Source, null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        pass

    def __str__(self) -> str:
        return f"{self.message_id}/{self.sequence}"


class EarlyReceipt(models.Model):
    """A receipt that no known part matches yet: it may have overtaken the submit answer."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    carrier_id = models.CharField(_("carrier's id"), max_length=64)
    code = models.CharField(_("status code"), max_length=32)
    reported_at = models.DateTimeField(_("reported"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("receipt without a message")
        verbose_name_plural = _("receipts without a message")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "carrier_id"], name="early_receipt_once_per_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}/{self.carrier_id}"


class MalformedReceipt(models.Model):
    """A receipt that says nothing usable; kept for a day so that somebody can look at it."""

    RAW_LENGTH = 1000

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    problem = models.CharField(_("what is wrong"), max_length=64)
    raw = models.TextField(_("as it came"))
    """What the connector gave, numbers of phones masked, at most `RAW_LENGTH` characters."""
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("malformed receipt")
        verbose_name_plural = _("malformed receipts")

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.problem}"
