import secrets
import string
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField

from .customer import Customer

_ALPHANUMERIC = string.ascii_letters + string.digits


def new_app_key() -> str:
    """28 letters and digits, the documented shape of an Application Key."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(28))


def new_app_secret() -> str:
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(28))


class ApplicationQuerySet(models.QuerySet["Application"]):
    def for_customer(self, customer: Customer) -> "ApplicationQuerySet":
        return self.filter(customer=customer)


class Application(models.Model):
    """A system that sends: its key, secret and addresses (spec console §5)."""

    class Status(models.TextChoices):
        CREATED = "CREATED", _("To be brought online")
        PROCESSING = "PROCESSING", _("Resources to be allocated")
        LAUNCHED = "LAUNCHED", _("Normal")
        SUSPENDED = "SUSPENDED", _("Suspended")

    class SuspendedBy(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        OPERATIONS = "operations", _("Operations")

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="applications")
    name = models.CharField(_("application name"), max_length=64)
    app_key = models.CharField(
        _("Application Key"), max_length=64, unique=True, default=new_app_key, editable=False
    )
    app_secret = EncryptedTextField(_("Application Secret"), default=new_app_secret, editable=False)
    previous_secret = EncryptedTextField(
        _("previous Application Secret"), default="", blank=True, editable=False
    )
    previous_secret_until = models.DateTimeField(
        _("previous Application Secret valid until"), null=True, blank=True, editable=False
    )
    """After a reset the old secret works until then (ruling 31); never when empty."""
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.LAUNCHED)
    suspended_by = models.CharField(
        _("suspended by"), max_length=10, choices=SuspendedBy, blank=True, default=""
    )
    """Who stopped it: what operations suspend, only operations restore (spec console §5.2)."""
    suspension_reason = models.TextField(_("reason of the suspension"), blank=True, default="")
    uplink_url = models.CharField(_("uplink SMS address"), max_length=255, blank=True)
    report_url = models.CharField(_("batch status report address"), max_length=255, blank=True)
    push_ak = models.CharField(_("push AK"), max_length=64, blank=True, default="")
    push_sk = EncryptedTextField(_("push SK"), blank=True, default="")
    """Pushes are signed with these keys when both are set (spec data-plane §4.4)."""
    ip_allowlist = models.JSONField(_("IP address allowlist"), default=list, blank=True)
    """Addresses and networks (CIDR) that may call the send API; any may when it is empty."""
    refuses_replays = models.BooleanField(_("refuse replayed requests"), default=False)
    """Whether a nonce of X-WSSE is accepted only once (ruling 4)."""
    receives_uplink_time = models.BooleanField(_("receive uplink reply time"), default=False)
    """Whether pushes of replies carry their time; fixed at creation (ruling 37)."""
    signature_quota = models.PositiveIntegerField(_("signature quota"), null=True, blank=True)
    template_quota = models.PositiveIntegerField(_("template quota"), null=True, blank=True)
    """Empty for the platform's default (ruling 25); `services.quotas` knows both."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-created_at", "-id"]
        permissions = [("suspend_application", "Can suspend and restore an application")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name"],
                name="application_name_once",
                violation_error_message=_("You have an application of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_suspended(self) -> bool:
        return self.status == self.Status.SUSPENDED

    @property
    def is_stopped_by_operations(self) -> bool:
        """Suspended by them, or in a way nobody noted: only they restore it then."""
        return self.is_suspended and self.suspended_by != self.SuspendedBy.CUSTOMER

    @property
    def is_launched(self) -> bool:
        return self.status == self.Status.LAUNCHED
