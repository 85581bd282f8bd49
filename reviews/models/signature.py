import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer

from .kinds import MessageType
from .qualification import Qualification
from .removable import Removable, RemovableManager, RemovableQuerySet


class SignatureQuerySet(RemovableQuerySet):
    def usable(self) -> Self:
        return self.filter(status__in=Signature.USABLE).exclude(channel_number="")


class Signature(Removable):
    """The sender's name in front of a message, 【name】, approved by review (spec console §7)."""

    class Status(models.TextChoices):
        PENDING_QUALIFICATION_REVIEW = (
            "PENDING_QUALIFICATION_REVIEW",
            _("Pending qualification review"),
        )
        PENDING_REVIEW = "PENDING_REVIEW", _("Pending signature review")
        REVIEW_NOT_PASS = "REVIEW_NOT_PASS", _("Rejected")
        PROCESSING = "PROCESSING", _("Content approved, being processed")
        REAL_NAME_REGISTRATING = (
            "REAL_NAME_REGISTRATING",
            _("Real-name registration in progress"),
        )
        REVIEW_PROCESSING_COMPLETED = "REVIEW_PROCESSING_COMPLETED", _("Processed")
        TO_BE_ACTIVATED = "TO_BE_ACTIVATED", _("To be activated")
        PENDING_ACTIVATE = "PENDING_ACTIVATE", _("Activation under review")
        REVIEW_PASSED = "REVIEW_PASSED", _("Processed (qualification to be supplemented)")
        REVIEW_PASSED_QUALIFICATION_PROCESSING = (
            "REVIEW_PASSED_QUALIFICATION_PROCESSING",
            _("Processed (qualification under review)"),
        )
        REVIEW_PASSED_REAL_NAME_REGISTRATING = (
            "REVIEW_PASSED_REAL_NAME_REGISTRATING",
            _("Processed (registration in progress)"),
        )
        REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL = (
            "REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL",
            _("Processed (registration failed)"),
        )

    class Source(models.IntegerChoices):
        ENTERPRISE = 0, _("Enterprise or institution name")
        WEBSITE = 1, _("Website name")
        APP = 2, _("App name")
        OFFICIAL_ACCOUNT = 3, _("Official account or mini program")
        STORE = 4, _("E-commerce store")
        TRADEMARK = 5, _("Trademark")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.PENDING_QUALIFICATION_REVIEW: frozenset(
            {Status.PENDING_REVIEW, Status.REVIEW_NOT_PASS}
        ),
        Status.PENDING_REVIEW: frozenset({Status.PROCESSING, Status.REVIEW_NOT_PASS}),
        Status.REVIEW_NOT_PASS: frozenset(
            {Status.PENDING_REVIEW, Status.PENDING_QUALIFICATION_REVIEW}
        ),
        Status.PROCESSING: frozenset(
            {
                Status.REAL_NAME_REGISTRATING,
                Status.REVIEW_PROCESSING_COMPLETED,
                Status.PENDING_REVIEW,  # a senior reviewer opens the case again
            }
        ),
        Status.REAL_NAME_REGISTRATING: frozenset(
            {
                Status.REVIEW_PROCESSING_COMPLETED,
                Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL,
            }
        ),
        Status.REVIEW_PROCESSING_COMPLETED: frozenset({Status.TO_BE_ACTIVATED}),
        Status.TO_BE_ACTIVATED: frozenset({Status.PENDING_ACTIVATE}),
        Status.PENDING_ACTIVATE: frozenset(
            {Status.REVIEW_PASSED_REAL_NAME_REGISTRATING, Status.TO_BE_ACTIVATED}
        ),
        Status.REVIEW_PASSED: frozenset({Status.REVIEW_PASSED_QUALIFICATION_PROCESSING}),
        Status.REVIEW_PASSED_QUALIFICATION_PROCESSING: frozenset(
            {Status.REVIEW_PASSED_REAL_NAME_REGISTRATING, Status.REVIEW_PASSED}
        ),
        Status.REVIEW_PASSED_REAL_NAME_REGISTRATING: frozenset(
            {
                Status.REVIEW_PROCESSING_COMPLETED,
                Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL,
            }
        ),
        Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL: frozenset(
            {
                Status.REVIEW_PASSED_QUALIFICATION_PROCESSING,
                Status.REVIEW_PASSED_REAL_NAME_REGISTRATING,  # filed once more
            }
        ),
    }
    USABLE: ClassVar[frozenset[str]] = frozenset(
        {
            Status.REVIEW_PROCESSING_COMPLETED,
            Status.REVIEW_PASSED,
            Status.REVIEW_PASSED_QUALIFICATION_PROCESSING,
            Status.REVIEW_PASSED_REAL_NAME_REGISTRATING,
            Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL,
        }
    )

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="signatures")
    application = models.ForeignKey(Application, models.PROTECT, related_name="signatures")
    name = models.CharField(_("signature name"), max_length=32)
    type = models.CharField(_("signature type"), max_length=20, choices=MessageType)
    source = models.PositiveSmallIntegerField(
        _("signature source"), choices=Source, default=Source.ENTERPRISE
    )
    source_detail = models.CharField(_("source in detail"), max_length=255, blank=True)
    """What the source is: a domain, a download address, a trademark's number (§7.2)."""
    is_third_party = models.BooleanField(_("third-party rights involved"), default=False)
    qualification = models.ForeignKey(
        Qualification,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures",
        verbose_name=_("qualification"),
    )
    """None for signatures from before qualifications were asked for."""
    description = models.TextField(_("application description"), max_length=300, blank=True)
    channel_number = models.CharField(_("channel number"), max_length=21, blank=True)
    status = models.CharField(
        _("status"), max_length=48, choices=Status, default=Status.PENDING_REVIEW
    )
    test_until = models.DateTimeField(_("test object until"), null=True, blank=True)
    """Made with the application to try things out, and deleted then (spec console §5.1)."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RemovableManager.from_queryset(SignatureQuerySet)()
    every = models.Manager.from_queryset(SignatureQuerySet)()

    class Meta(Removable.Meta):
        abstract = False
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name", "type"],
                condition=models.Q(deleted_at=None),
                name="signature_name_and_type_once",
                violation_error_message=_(
                    "You have a signature of this name and type already. "
                    "Use it, or choose another name."
                ),
            ),
            # Signatures of one name may share a number across types: the template's type decides.
            models.UniqueConstraint(
                fields=["channel_number", "type"],
                condition=models.Q(deleted_at=None) & ~models.Q(channel_number=""),
                name="channel_number_once_per_type",
                violation_error_message=_("This channel number belongs to another signature."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        return self.status in self.USABLE and bool(self.channel_number) and self.deleted_at is None

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING_REVIEW

    @property
    def is_approved(self) -> bool:
        """Its name has passed the review; a channel number may still be missing."""
        return self.status not in (
            self.Status.PENDING_QUALIFICATION_REVIEW,
            self.Status.PENDING_REVIEW,
            self.Status.REVIEW_NOT_PASS,
        )

    @property
    def needs_channel_number(self) -> bool:
        return self.status == self.Status.PROCESSING

    @property
    def can_activate(self) -> bool:
        return self.status == self.Status.TO_BE_ACTIVATED

    @property
    def can_supplement(self) -> bool:
        """A qualification may be filed for it afterwards."""
        return self.status in (
            self.Status.REVIEW_PASSED,
            self.Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL,
        )

    @property
    def can_modify(self) -> bool:
        return self.status == self.Status.REVIEW_NOT_PASS
