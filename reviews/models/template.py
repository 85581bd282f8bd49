import secrets
import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer

from .kinds import MessageType
from .removable import Removable, RemovableManager, RemovableQuerySet
from .signature import Signature


def new_template_id() -> str:
    return secrets.token_hex(16)


class TemplateQuerySet(RemovableQuerySet):
    def usable(self) -> Self:
        return self.filter(status=Template.Status.ADOPTED)


class Template(Removable):
    """The text of a message with its variables, approved by review (spec console §8)."""

    class Status(models.TextChoices):
        PENDING = "Pending", _("To be submitted")
        SIGN_REVIEWING = "SignReviewing", _("Pending signature review")
        REVIEWING = "Reviewing", _("Pending review")
        ADOPTED = "Adopted", _("Approved")
        ADOPTED_INACTIVE = "Adopted_inactive", _("Deactivated by operations")
        REJECT = "Reject", _("Rejected")
        DISABLE = "Disable", _("Disabled")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.PENDING: frozenset({Status.REVIEWING, Status.SIGN_REVIEWING}),
        Status.SIGN_REVIEWING: frozenset({Status.REVIEWING, Status.PENDING}),
        Status.REVIEWING: frozenset({Status.ADOPTED, Status.REJECT, Status.PENDING}),
        Status.ADOPTED: frozenset({Status.DISABLE, Status.ADOPTED_INACTIVE}),
        Status.REJECT: frozenset({Status.REVIEWING, Status.SIGN_REVIEWING}),
        Status.DISABLE: frozenset({Status.REVIEWING, Status.SIGN_REVIEWING}),
        Status.ADOPTED_INACTIVE: frozenset(),
    }

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="templates")
    application = models.ForeignKey(Application, models.PROTECT, related_name="templates")
    signature = models.ForeignKey(
        Signature,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        verbose_name=_("signature"),
        help_text=_("Empty for a universal template, which every signature of its type may use."),
    )
    type = models.CharField(_("template type"), max_length=20, choices=MessageType)
    name = models.CharField(_("template name"), max_length=128)
    content = models.TextField(_("template content"), max_length=500)
    variable_attributes = models.JSONField(_("variable attributes"), default=list)
    description = models.TextField(_("application description"), max_length=300, blank=True)
    template_id = models.CharField(
        _("template ID"), max_length=32, unique=True, null=True, blank=True, editable=False
    )
    version = models.ForeignKey(
        "TemplateVersion",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved version"),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.REVIEWING)
    test_until = models.DateTimeField(_("test object until"), null=True, blank=True)
    """Made with the application to try things out, and deleted then (spec console §5.1)."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RemovableManager.from_queryset(TemplateQuerySet)()
    every = models.Manager.from_queryset(TemplateQuerySet)()

    class Meta(Removable.Meta):
        abstract = False
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["-created_at", "-id"]
        permissions = [("deactivate_template", "Can deactivate an approved template")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_universal(self) -> bool:
        return self.signature_id is None

    @property
    def is_usable(self) -> bool:
        return self.status == self.Status.ADOPTED and self.deleted_at is None

    @property
    def is_pending(self) -> bool:
        return self.status in (self.Status.REVIEWING, self.Status.SIGN_REVIEWING)

    @property
    def can_modify(self) -> bool:
        return self.status in (self.Status.REJECT, self.Status.PENDING, self.Status.DISABLE)

    @property
    def can_submit(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def can_withdraw(self) -> bool:
        return self.is_pending

    @property
    def can_delete(self) -> bool:
        """Pending ones are withdrawn first (spec console §8.4)."""
        return not self.is_pending

    @property
    def can_rename(self) -> bool:
        return self.status == self.Status.ADOPTED


class TemplateVersion(models.Model):
    """What was approved, unchangeable: a message keeps the version it was sent with."""

    template = models.ForeignKey(Template, models.SET_NULL, null=True, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("template content"), max_length=500)
    variable_attributes = models.JSONField(_("variable attributes"), default=list)
    approved_at = models.DateTimeField(_("approved"), auto_now_add=True)

    class Meta:
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"
