from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .channel import Channel


class ChannelRoute(models.Model):
    """Which channel carries the messages of a channel number, and which one stands in for it.

    The longest match decides, an exact one before a prefix of the same length. Numbers without a
    route go over the default channel, without a backup.
    """

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
    primary = models.ForeignKey(
        Channel, models.PROTECT, related_name="primary_of", verbose_name=_("channel")
    )
    backup = models.ForeignKey(
        Channel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="backup_of",
        verbose_name=_("backup channel"),
        help_text=_("Takes what waits while the other channel is down. Empty: messages wait."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["number", "is_prefix"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "is_prefix"],
                name="one_route_of_a_number",
                violation_error_message=_("This number has a route already: change that one."),
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
        return f"{self.number}…" if self.is_prefix else self.number
