from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Customer


class Profile(models.Model):
    """What a customer told when it registered (spec console §2): steps 2 to 4 and 7.

    Accounts that operations opened have one only once they filled it in. No card number or other
    means of payment is stored here, only whose agreement pays.
    """

    class Industry(models.TextChoices):
        COMMERCE = "commerce", _("Commerce and retail")
        FINANCE = "finance", _("Finance and insurance")
        SOFTWARE = "software", _("Internet and software")
        LOGISTICS = "logistics", _("Logistics and travel")
        PUBLIC = "public", _("Government and public services")
        EDUCATION = "education", _("Education")
        HEALTH = "health", _("Health care")
        MANUFACTURING = "manufacturing", _("Manufacturing")
        OTHER = "other", _("Other")

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="profile")
    mobile = models.CharField(_("mobile number"), max_length=21, blank=True)
    mobile_verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    wanted_mobile = models.CharField(max_length=21, blank=True)
    """A number that was named and waits for the code it was sent."""
    industry = models.CharField(_("industry"), max_length=16, choices=Industry, blank=True)
    information_at = models.DateTimeField(_("account information given"), null=True, blank=True)
    payment_provider = models.CharField(_("payment method"), max_length=16, blank=True)
    payment_reference = models.CharField(_("reference"), max_length=64, blank=True)
    payment_at = models.DateTimeField(_("payment method chosen"), null=True, blank=True)
    contact_name = models.CharField(_("contact name"), max_length=64, blank=True)
    contact_email = models.EmailField(_("contact e-mail address"), blank=True)
    details_at = models.DateTimeField(_("account details saved"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer profile")
        verbose_name_plural = _("customer profiles")

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def is_mobile_bound(self) -> bool:
        return self.mobile_verified_at is not None


class AgreementAcceptance(models.Model):
    """That somebody accepted a version of the service agreement, when and from where."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="agreements")
    version = models.CharField(_("version"), max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("accepted by")
    )
    at = models.DateTimeField(_("accepted"), auto_now_add=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)

    class Meta:
        verbose_name = _("accepted agreement")
        verbose_name_plural = _("accepted agreements")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.customer} · {self.version}"
