import json
from collections.abc import Mapping

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField

DAY_S = 86_400


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
    secrets_json = EncryptedTextField(_("secrets"), null=True, editable=False)
    window = models.PositiveIntegerField(
        _("window"),
        default=500,
        help_text=_(
            "How many messages are handed to the carrier at a time. Up to three such slices are "
            "under way."
        ),
    )
    failover_after_s = models.PositiveIntegerField(
        _("fail-over after seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(DAY_S)],
        help_text=_(
            "How long the channel must be down before what waits for it goes over another "
            "channel of its route: 1 to 86400. Empty: the platform's setting."
        ),
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

    @property
    def secrets(self) -> dict[str, str]:
        """What the connector logs in with, by the name of its setting, e.g. `password`."""
        return json.loads(self.secrets_json) if self.secrets_json else {}

    @secrets.setter
    def secrets(self, secrets: Mapping[str, str]) -> None:
        self.secrets_json = json.dumps(dict(secrets), sort_keys=True) if secrets else None
