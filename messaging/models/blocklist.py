from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockedNumber(models.Model):
    """A number that nobody may send to, put on a list by operations (spec console §13.2)."""

    class Kind(models.TextChoices):
        PLATFORM = "platform", _("Platform blocklist (SC:0003)")
        COMPLAINT = "complaint", _("Complaint blocklist (SC:0005)")

    CODES: ClassVar[dict[str, str]] = {Kind.PLATFORM: "SC:0003", Kind.COMPLAINT: "SC:0005"}
    """What the status report says of a message that an entry stopped (ruling 38)."""

    recipient = models.CharField(_("number"), max_length=21, unique=True)
    kind = models.CharField(_("list"), max_length=9, choices=Kind)
    reason = models.CharField(_("reason"), max_length=255)
    is_active = models.BooleanField(_("in force"), default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("blocked number")
        verbose_name_plural = _("blocked numbers")

    def __str__(self) -> str:
        return self.recipient

    @property
    def code(self) -> str:
        return self.CODES[self.kind]
