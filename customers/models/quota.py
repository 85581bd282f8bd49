import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .application import Application
from .customer import Customer


class QuotaRequestQuerySet(models.QuerySet["QuotaRequest"]):
    def for_customer(self, customer: Customer) -> "QuotaRequestQuerySet":
        return self.filter(customer=customer)


class QuotaRequest(models.Model):
    """A customer's wish for more applications, signatures or templates (spec console §3)."""

    class Resource(models.TextChoices):
        APPLICATIONS = "applications", pgettext_lazy("quota", "Applications")
        SIGNATURES = "signatures", pgettext_lazy("quota", "Signatures")
        TEMPLATES = "templates", pgettext_lazy("quota", "Templates")

    class Status(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("Under review")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.SUBMITTED: frozenset({Status.APPROVED, Status.REJECTED}),
        Status.REJECTED: frozenset({Status.SUBMITTED}),
        Status.APPROVED: frozenset(),
    }
    """A rejected one goes back only when a senior reviewer opens its case again."""

    CASE_KIND: ClassVar[str] = "quota"

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="quota_requests")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="quota_requests"
    )
    resource = models.CharField(_("what"), max_length=12, choices=Resource)
    current = models.PositiveIntegerField(_("quota so far"))
    wanted = models.PositiveIntegerField(_("wanted quota"))
    reason = models.TextField(_("reason"), max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SUBMITTED)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = QuotaRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota request")
        verbose_name_plural = _("quota requests")
        ordering = ["-id"]
        permissions = [("decide_quotarequest", "Can set quotas and decide on requests for them")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resource="applications", application=None)
                | (~models.Q(resource="applications") & models.Q(application__isnull=False)),
                name="quota_of_customer_or_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_resource_display()}: {self.current} → {self.wanted}"

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.SUBMITTED

    @property
    def name(self) -> str:
        """The title under which the review desk shows it."""
        return str(self)
