import secrets
import string

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField

from .customer import Customer


def new_access_key() -> str:
    alphabet = string.ascii_uppercase + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(20))


def new_secret_key() -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(40))


class AccessKeyQuerySet(models.QuerySet["AccessKey"]):
    def for_customer(self, customer: Customer) -> "AccessKeyQuerySet":
        return self.filter(customer=customer)


class AccessKey(models.Model):
    """An AK/SK pair of a member, for the management API (spec management-api §5)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="access_keys")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_keys")
    access_key = models.CharField(max_length=20, unique=True, default=new_access_key)
    secret_key = EncryptedTextField(default=new_secret_key)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = AccessKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")

    def __str__(self) -> str:
        return self.access_key
