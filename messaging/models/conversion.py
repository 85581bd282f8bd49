from django.db import models
from django.utils.translation import gettext_lazy as _


class Conversion(models.Model):
    """What a customer's server told of a code: whether it was used. The first word on it counts."""

    message_id = models.BigIntegerField(primary_key=True)
    application_id = models.BigIntegerField()
    template_version_id = models.BigIntegerField()
    accepted_at = models.DateTimeField()
    is_used = models.BooleanField(_("used"))
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")

    def __str__(self) -> str:
        return f"{self.message_id}: {self.is_used}"
