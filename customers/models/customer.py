import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .user import User


def new_project_id() -> str:
    return secrets.token_hex(16)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def for_user(self, user: "User") -> "CustomerQuerySet":
        """The customer accounts in which `user` is a member."""
        return self.filter(memberships__user=user)


class Customer(models.Model):
    """A customer account: the tenant that owns applications, signatures, templates and messages."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        FROZEN = "frozen", _("Frozen")

    class FrozenCause(models.TextChoices):
        VIOLATION = "violation", _("Violation of the rules")
        CLOSURE = "closure", _("Business closed")
        ARREARS = "arrears", _("Arrears")

    class Service(models.TextChoices):
        NOT_ENABLED = "not_enabled", _("Not enabled")
        PENDING = "pending", _("Pending")
        ENABLED = "enabled", _("Enabled")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project_id = models.CharField(
        _("project ID"), max_length=32, unique=True, default=new_project_id, editable=False
    )
    name = models.CharField(_("enterprise name"), max_length=128)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    frozen_cause = models.CharField(
        _("cause of freezing"), max_length=9, choices=FrozenCause, blank=True, default=""
    )
    frozen_reason = models.TextField(_("reason of freezing"), blank=True, default="")
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    service = models.CharField(
        _("Message & SMS"), max_length=12, choices=Service, default=Service.NOT_ENABLED
    )
    country = models.CharField(
        _("country or region"),
        max_length=2,
        blank=True,
        help_text=_("Two letters, such as CN. Review times may differ by country."),
    )
    application_quota = models.PositiveIntegerField(_("application quota"), null=True, blank=True)
    """Empty for the platform's default (ruling 24)."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    members: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="customers"
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [("freeze_customer", "Can freeze and release an account")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_enabled(self) -> bool:
        return self.service == self.Service.ENABLED

    @property
    def is_frozen(self) -> bool:
        return self.status == self.Status.FROZEN

    @property
    def wants_details(self) -> bool:
        """Enabled after a registration whose last step, the account details, is still open."""
        profile = getattr(self, "profile", None)
        return self.is_enabled and profile is not None and profile.details_at is None

    @property
    def can_send(self) -> bool:
        return self.status == self.Status.ACTIVE and self.service == self.Service.ENABLED


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_customer(self, customer: Customer) -> "MembershipQuerySet":
        return self.filter(customer=customer)

    def owners(self) -> "MembershipQuerySet":
        return self.filter(role=Membership.Role.OWNER)


class Membership(models.Model):
    """A user's place in a customer account, with the role that says what they may do."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Administrator")
        OPERATOR = "operator", _("Operator")
        VIEWER = "viewer", _("Viewer")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.VIEWER)
    created_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.customer} · {self.get_role_display()}"

    @property
    def can_manage(self) -> bool:
        """May create and change applications, signatures and templates, and see secrets."""
        return self.role in (self.Role.OWNER, self.Role.ADMIN)

    @property
    def is_owner(self) -> bool:
        """May enable the service, and make and remove other owners (ruling 39)."""
        return self.role == self.Role.OWNER

    @property
    def can_send(self) -> bool:
        """May submit group tasks and manage recipients."""
        return self.role != self.Role.VIEWER
