import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .qualification import Qualification


class RealNameQuerySet(models.QuerySet["RealName"]):
    def for_customer(self, customer: Customer) -> "RealNameQuerySet":
        return self.filter(customer=customer)


class RealName(models.Model):
    """Which enterprise a customer is, proven by its certificate (spec console §2.1).

    There is one for a customer; a company that changed submits it again.
    """

    class Status(models.TextChoices):
        REVIEWING = "REVIEWING", _("Under review")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.REVIEWING: frozenset({Status.APPROVED, Status.REJECTED}),
        Status.REJECTED: frozenset({Status.REVIEWING}),
        Status.APPROVED: frozenset({Status.REVIEWING}),
    }
    CASE_KIND: ClassVar[str] = "enablement"

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.OneToOneField(Customer, models.PROTECT, related_name="real_name")
    enterprise_name = models.CharField(_("enterprise name"), max_length=128)
    certificate_type = models.CharField(
        _("certificate type"),
        max_length=32,
        choices=Qualification.CertificateType,
        default=Qualification.CertificateType.BUSINESS_LICENCE,
    )
    credit_code = models.CharField(_("certificate number"), max_length=32)
    legal_person = models.CharField(_("legal person"), max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REVIEWING)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RealNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("real-name authentication")
        verbose_name_plural = _("real-name authentications")

    def __str__(self) -> str:
        return self.enterprise_name

    @property
    def name(self) -> str:
        """The title under which the review desk shows it."""
        return self.enterprise_name

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.REVIEWING

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED

    @property
    def is_rejected(self) -> bool:
        return self.status == self.Status.REJECTED
