import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class ResendQuerySet(models.QuerySet["Resend"]):
    def for_customer(self, customer: Customer) -> "ResendQuerySet":
        return self.filter(customer=customer)


class Resend(models.Model):
    """That somebody sent failed messages again; `key` names the form, which counts once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("sent again"))
    messages = models.PositiveIntegerField(_("messages"), default=0)

    objects = ResendQuerySet.as_manager()

    class Meta:
        verbose_name = _("resend")
        verbose_name_plural = _("resends")

    def __str__(self) -> str:
        return str(self.public_id)


class ResentMessage(models.Model):
    """A message that was sent again, and as which: never twice, whoever asks for it."""

    message_id = models.BigIntegerField(primary_key=True)
    resend = models.ForeignKey(Resend, models.CASCADE, related_name="resent")
    new_id = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = _("message sent again")
        verbose_name_plural = _("messages sent again")

    def __str__(self) -> str:
        return f"{self.message_id} → {self.new_id}"
