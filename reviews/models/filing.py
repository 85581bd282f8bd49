from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .signature import Signature


class Filing(models.Model):
    """A signature's real-name registration with one carrier (spec console §7.6)."""

    class Carrier(models.TextChoices):
        MOBILE = "MOBILE", _("China Mobile")
        UNICOM = "UNICOM", _("China Unicom")
        TELECOM = "TELECOM", _("China Telecom")
        BROADNET = "BROADNET", _("China Broadnet")

    class Status(models.TextChoices):
        NOT_SUBMITTED = "NOT_SUBMITTED", _("Not submitted")
        SUBMITTED = "SUBMITTED", pgettext_lazy("filing", "Submitted")
        OK = "OK", _("Registered")
        FAILED = "FAILED", _("Failed")

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="filings")
    carrier = models.CharField(_("carrier"), max_length=8, choices=Carrier)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.NOT_SUBMITTED
    )
    reason = models.TextField(_("reason of the failure"), max_length=300, blank=True)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("filing with a carrier")
        verbose_name_plural = _("filings with carriers")
        ordering = ["signature_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["signature", "carrier"], name="one_filing_per_carrier")
        ]

    def __str__(self) -> str:
        return f"{self.signature} · {self.get_carrier_display()}: {self.get_status_display()}"
