from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models.kinds import MessageType

from .channel import Channel

MOST_WEIGHT = 100


def _weight() -> "models.PositiveSmallIntegerField[int, int]":
    rule = _("A weight is 1 to 100. A channel that shall carry nothing has no place in the route.")
    return models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1, rule), MaxValueValidator(MOST_WEIGHT, rule)],
        help_text=_("Its share of the messages: 3 beside a weight of 1 is three of four."),
    )


class ChannelRoute(models.Model):
    """Which channels carry the messages of a channel number, and which one stands in for them.

    A route may be for the recipients of one carrier or for one type of message only. The longest
    match decides, an exact one before a prefix of the same length, then one that names the carrier,
    then one that names the type (docs/decisions/0011-routes-decided-by-the-message.md). What no
    route fits goes over the default channel, without a backup.
    """

    class Carrier(models.TextChoices):
        OTHER = "other", _("Other or abroad")
        MOBILE = "mobile", _("China Mobile")
        UNICOM = "unicom", _("China Unicom")
        TELECOM = "telecom", _("China Telecom")
        BROADNET = "broadnet", _("China Broadnet")

    number = models.CharField(
        _("channel number"),
        max_length=21,
        blank=True,
        validators=[
            RegexValidator(
                r"\A[0-9A-Za-z]*\Z", _("A channel number consists of letters and digits only.")
            )
        ],
        help_text=_("The whole number, or how numbers begin. An empty prefix is every number."),
    )
    is_prefix = models.BooleanField(
        _("prefix"), default=False, help_text=_("Every number that begins so takes this route.")
    )
    carrier = models.CharField(
        _("carrier of the recipient"),
        max_length=8,
        blank=True,
        choices=Carrier,
        help_text=_(
            "Only recipients whose number this carrier issued; a ported number keeps its first "
            "digits. Empty: every recipient."
        ),
    )
    type = models.CharField(
        _("template type"),
        max_length=20,
        blank=True,
        choices=MessageType,
        help_text=_("Only messages of this type. Empty: every type."),
    )
    primary = models.ForeignKey(
        Channel, models.PROTECT, related_name="primary_of", verbose_name=_("channel")
    )
    weight = _weight()
    backup = models.ForeignKey(
        Channel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="backup_of",
        verbose_name=_("backup channel"),
        help_text=_(
            "Takes what waits while every other channel of the route is down. Empty: it waits."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["number", "is_prefix", "carrier", "type"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "is_prefix", "carrier", "type"],
                name="one_route_of_a_kind",
                violation_error_message=_(
                    "This number has a route already for this carrier and type: change that one."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(is_prefix=True) | ~models.Q(number=""),
                name="exact_route_has_a_number",
                violation_error_message=_("Enter a channel number, or make it a prefix."),
            ),
            models.CheckConstraint(
                condition=models.Q(backup=None) | ~models.Q(backup=models.F("primary")),
                name="backup_is_another_channel",
                violation_error_message=_(
                    "The backup channel is the channel itself: choose another one or none."
                ),
            ),
        ]

    def __str__(self) -> str:
        number = f"{self.number}…" if self.is_prefix else self.number
        kinds = [self.get_carrier_display(), self.get_type_display()]
        return " · ".join(str(word) for word in (number, *kinds) if word)

    def fits(self, channel_number: str) -> bool:
        """Whether a channel number is the route's, or begins so."""
        if self.is_prefix:
            return channel_number.startswith(self.number)
        return channel_number == self.number

    def clean(self) -> None:
        """Refuse two routes of which neither is the closer one for some messages."""
        super().clean()
        if bool(self.carrier) == bool(self.type):
            return
        mine, others = ("type", "carrier") if self.carrier else ("carrier", "type")
        same = ChannelRoute.objects.filter(number=self.number, is_prefix=self.is_prefix)
        both = {"carrier": self.carrier} if self.carrier else {"type": self.type}
        settled = same.filter(**both).exclude(**{mine: ""}).values_list(mine, flat=True)
        crossing = same.filter(**{others: ""}).exclude(**{mine: ""}).exclude(pk=self.pk)
        if route := crossing.exclude(**{f"{mine}__in": list(settled)}).first():
            raise ValidationError(
                _(
                    "This route and “%(route)s” both fit some messages, and neither is closer: one "
                    "names the carrier, the other the type. Add a route that names both first."
                ),
                params={"route": str(route)},
                code="overlap",
            )


class RouteShare(models.Model):
    """A further channel of a route, with its share of the messages."""

    route = models.ForeignKey(
        ChannelRoute, models.CASCADE, related_name="shares", verbose_name=_("route")
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="shares", verbose_name=_("channel")
    )
    weight = _weight()

    class Meta:
        verbose_name = _("further channel")
        verbose_name_plural = _("further channels")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["route", "channel"],
                name="one_share_of_a_channel",
                violation_error_message=_(
                    "The route has this channel already: change its weight instead."
                ),
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="share_has_a_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} ({self.weight})"
