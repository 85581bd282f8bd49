from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.Model):
    """A way to a carrier: which connector speaks to it, with what settings."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    connector = models.CharField(_("connector"), max_length=16, default="simulated")
    config = models.JSONField(
        _("settings"),
        default=dict,
        blank=True,
        help_text=_('Settings of the connector, e.g. {"delay_s": 1.0} for the simulated carrier.'),
    )
    window = models.PositiveIntegerField(
        _("window"),
        default=500,
        help_text=_("How many messages may be under way to the carrier without an answer."),
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    is_default = models.BooleanField(_("default channel"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_channel",
                violation_error_message=_("Another channel is the default one."),
            )
        ]

    def __str__(self) -> str:
        return self.name
