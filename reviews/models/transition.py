from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Transition(models.Model):
    """One step of a signature's or template's status, with who caused it and why."""

    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    from_status = models.CharField(_("from"), max_length=48)
    to_status = models.CharField(_("to"), max_length=48)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "object_id"], name="transition_of_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.from_status} → {self.to_status}"
