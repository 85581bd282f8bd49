import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models import Signature

from .channel import Channel
from .message import Message


class UplinkQuerySet(models.QuerySet["Uplink"]):
    def for_customer(self, customer: Customer) -> "UplinkQuerySet":
        return self.filter(customer=customer)


class Uplink(models.Model):
    """A message from a handset to a channel number, joined from its parts.

    Its id comes from the ids of messages, so that it never equals one of theirs and says its day;
    partitioned like them. One to a number that nobody has belongs to no customer.
    """

    id = models.BigIntegerField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4)
    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    application = models.ForeignKey(
        Application,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    signature = models.ForeignKey(
        Signature,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    channel = models.ForeignKey(
        Channel, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    sender = models.CharField(_("from"), max_length=21)
    channel_number = models.CharField(_("to"), max_length=21)
    """As it was replied to: with the digits behind the signature's number, if there are any."""
    body = models.TextField(_("text"), blank=True)
    parts = models.PositiveSmallIntegerField(_("parts"), default=1)
    parts_missing = models.PositiveSmallIntegerField(_("missing parts"), default=0)
    """Parts of a long uplink that did not come in time; the text lacks them."""
    received_at = models.DateTimeField(_("received"))
    message = models.ForeignKey(
        Message, models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )
    """The last message that went to this handset from this channel number."""
    candidates = models.PositiveSmallIntegerField(default=0)
    """How many messages it may answer; only with one is `message` surely the one."""
    is_opt_out = models.BooleanField(_("unsubscribed"), default=False)

    objects = UplinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def sms_msg_id(self) -> str:
        """The `smsMsgId` of its push: derived, never stored."""
        return f"{self.uuid}_{self.id}"

    @property
    def is_surely_matched(self) -> bool:
        return self.candidates == 1


class UplinkPart(models.Model):
    """An uplink as the carrier handed it over, whole or a part: counts once, however often it came.

    Kept for some days to know repeats; its text goes as soon as it stands in an uplink.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    carrier_id = models.CharField(max_length=64, null=True)  # noqa: DJ001  (nulls are not repeats)
    """The carrier's name of it; null from carriers that give none."""
    sender = models.CharField(max_length=21)
    channel_number = models.CharField(max_length=21)
    reference = models.PositiveIntegerField(default=0)
    """What parts of one long uplink have in common; 0 for an uplink of one part."""
    total = models.PositiveSmallIntegerField(default=1)
    index = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(blank=True)
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    uplink_id = models.BigIntegerField(null=True)
    """The uplink it became part of; null while others are missing."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "carrier_id"], name="uplink_part_once"),
            models.UniqueConstraint(
                fields=["channel", "sender", "channel_number", "reference", "total", "index"],
                condition=models.Q(uplink_id__isnull=True, total__gt=1),
                name="uplink_part_once_per_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "sender"],
                name="uplink_part_waiting",
                condition=models.Q(uplink_id__isnull=True),
            ),
            models.Index(fields=["stored_at"], name="uplink_part_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}/{self.carrier_id}"


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def for_customer(self, customer: Customer) -> "OptOutQuerySet":
        return self.filter(customer=customer)

    def in_force(self) -> "OptOutQuerySet":
        return self.filter(restored_at__isnull=True)


class OptOut(models.Model):
    """A handset that replied `R` to a channel number: it gets no promotions from it (ruling 30)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="opt_outs")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    channel_number = models.CharField(_("channel number"), max_length=21)
    recipient = models.CharField(_("number"), max_length=21)
    since = models.DateTimeField(_("since"))
    uplink_id = models.BigIntegerField(null=True)
    """The reply that said so."""
    restored_at = models.DateTimeField(_("restored"), null=True, blank=True)
    """When operations let promotions through again; a new `R` ends that."""

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsubscribed number")
        verbose_name_plural = _("unsubscribed numbers")
        indexes = [models.Index(fields=["customer", "-since"], name="opt_out_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "channel_number", "recipient", "application"],
                name="opt_out_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel_number}/{self.pk}"

    @property
    def is_in_force(self) -> bool:
        return self.restored_at is None
