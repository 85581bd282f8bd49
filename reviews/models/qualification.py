import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from customers.models import Customer

from .removable import Removable, RemovableManager, RemovableQuerySet


class QualificationQuerySet(RemovableQuerySet):
    def approved(self) -> Self:
        return self.filter(status=Qualification.Status.APPROVED)

    def binding(self, *, is_third_party: bool) -> Self:
        """Those a signature with, or without, third-party rights may be bound to."""
        return self.filter(purpose=Qualification.purpose_for(is_third_party=is_third_party))


class Qualification(Removable):
    """An enterprise's papers, filed before it may sign messages (spec console §6)."""

    class Status(models.TextChoices):
        PENDING_REVIEW = "PENDING_REVIEW", _("Pending review")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    class Purpose(models.TextChoices):
        SELF_USE = "self_use", _("Self-use")
        THIRD_PARTY = "third_party", _("Third-party use")

    class EnterpriseType(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprise")
        INSTITUTION = "institution", _("Government agency or public institution")

    class CertificateType(models.TextChoices):
        BUSINESS_LICENCE = "business_licence", _("Business licence")
        CREDIT_CODE = "credit_code", _("Social credit code certificate")
        LEGAL_PERSON = "legal_person", _("Public-institution legal-person certificate")

    class IdType(models.TextChoices):
        RESIDENT = "resident", _("Resident identity card")
        PASSPORT = "passport", _("Passport")
        HONG_KONG_MACAO = "hong_kong_macao", _("Mainland travel permit, Hong Kong and Macao")
        TAIWAN = "taiwan", _("Mainland travel permit, Taiwan")

    class AdministratorRole(models.TextChoices):
        LEGAL_PERSON = "legal_person", _("Legal person")
        HANDLER = "handler", _("Handler")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.PENDING_REVIEW: frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN}),
        Status.REJECTED: frozenset({Status.PENDING_REVIEW}),
        Status.WITHDRAWN: frozenset({Status.PENDING_REVIEW}),
        Status.APPROVED: frozenset({Status.PENDING_REVIEW}),
    }
    """An approved one goes back only when a senior reviewer opens its case again."""

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="qualifications")
    name = models.CharField(_("qualification name"), max_length=32)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    enterprise_name = models.CharField(_("enterprise name"), max_length=128)
    enterprise_type = models.CharField(_("enterprise type"), max_length=12, choices=EnterpriseType)
    certificate_type = models.CharField(
        _("certificate type"), max_length=16, choices=CertificateType
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18)
    legal_person = models.CharField(_("legal person"), max_length=64)
    legal_person_id_type = models.CharField(
        _("legal person's ID type"), max_length=16, choices=IdType, default=IdType.RESIDENT
    )
    legal_person_id_number = EncryptedTextField(_("legal person's ID number"))
    administrator_role = models.CharField(
        _("administrator's role"), max_length=12, choices=AdministratorRole
    )
    administrator = models.CharField(_("administrator"), max_length=64)
    administrator_id_number = EncryptedTextField(_("administrator's ID number"))
    administrator_mobile = EncryptedTextField(_("administrator's mobile number"))
    authorization_until = models.DateField(_("authorization valid until"), null=True, blank=True)
    """Last day of the letter of authorization; third-party use only."""
    remarks = models.TextField(_("remarks"), max_length=500, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.PENDING_REVIEW
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RemovableManager.from_queryset(QualificationQuerySet)()
    every = models.Manager.from_queryset(QualificationQuerySet)()

    class Meta(Removable.Meta):
        abstract = False
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name"],
                condition=models.Q(deleted_at=None),
                name="qualification_name_once",
                violation_error_message=_("You have a qualification of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="third_party") | models.Q(authorization_until=None),
                name="authorization_for_third_party_only",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def purpose_for(cls, *, is_third_party: bool) -> "Qualification.Purpose":
        return cls.Purpose.THIRD_PARTY if is_third_party else cls.Purpose.SELF_USE

    @property
    def is_third_party(self) -> bool:
        return self.purpose == self.Purpose.THIRD_PARTY

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING_REVIEW

    @property
    def can_modify(self) -> bool:
        return self.status in (self.Status.REJECTED, self.Status.WITHDRAWN)

    @property
    def can_withdraw(self) -> bool:
        return self.is_pending
