from django.db import models
from django.utils.translation import gettext_lazy as _

from .channel import Channel


class CarrierRun(models.Model):
    """A carrier process that lives, as it said a second ago; others sweep away those that died."""

    owner = models.CharField(_("carrier process"), max_length=64, primary_key=True)
    host = models.CharField(_("host"), max_length=64)
    pid = models.PositiveIntegerField(_("process id"))
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("carrier process")
        verbose_name_plural = _("carrier processes")

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class ChannelLease(models.Model):
    """Which carrier process may hold the sessions of a channel, and until when.

    All times are the database's. A process that ends takes its rows away; one that dies lets them
    run out, and whoever takes such a channel then is its heir.
    """

    channel = models.OneToOneField(
        Channel, models.CASCADE, primary_key=True, related_name="lease", verbose_name=_("channel")
    )
    owner = models.CharField(_("carrier process"), max_length=64)
    taken_at = models.DateTimeField(_("taken"))
    renewed_at = models.DateTimeField(_("last renewed"))
    expires_at = models.DateTimeField(_("runs out"))
    inherited_from = models.CharField(_("taken over from"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("lease of a channel")
        verbose_name_plural = _("leases of channels")

    def __str__(self) -> str:
        return f"{self.channel}: {self.owner}"


class CarrierSession(models.Model):
    """A session of a channel with its carrier, as the process that holds it sees it now."""

    run = models.ForeignKey(
        CarrierRun, models.CASCADE, related_name="sessions", verbose_name=_("carrier process")
    )
    channel = models.ForeignKey(
        Channel, models.CASCADE, related_name="sessions", verbose_name=_("channel")
    )
    name = models.CharField(_("session"), max_length=64)
    is_up = models.BooleanField(_("up"))
    bound_since = models.DateTimeField(_("bound since"), null=True)
    in_flight = models.PositiveIntegerField(_("in flight"))
    parts_per_s = models.FloatField(_("parts per second"))
    error = models.CharField(_("last error"), max_length=200, blank=True)
    seen_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("carrier session")
        verbose_name_plural = _("carrier sessions")
        ordering = ["channel", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "channel", "name"], name="one_row_of_a_carrier_session"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.name}"
