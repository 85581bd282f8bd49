import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.numbers import mask
from customers.models import Application, Customer

from .uplink import OptOut


class NumberRemovalQuerySet(models.QuerySet["NumberRemoval"]):
    def for_customer(self, customer: Customer) -> "NumberRemovalQuerySet":
        return self.filter(customer=customer)


class NumberRemoval(models.Model):
    """A customer's wish that a number which unsubscribed gets promotions again (§13.2)."""

    class Status(models.TextChoices):
        REMOVING = "REMOVING", _("Under review")
        REMOVED = "REMOVED", _("Restored")
        REMOVAL_REJECTED = "REMOVAL_REJECTED", _("Rejected")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.REMOVING: frozenset({Status.REMOVED, Status.REMOVAL_REJECTED}),
        Status.REMOVAL_REJECTED: frozenset({Status.REMOVING}),
        Status.REMOVED: frozenset(),
    }
    CASE_KIND: ClassVar[str] = "number_removal"

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="number_removals")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    opt_out = models.ForeignKey(OptOut, models.PROTECT, related_name="removals")
    reason = models.TextField(_("reason"), max_length=500)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.REMOVING)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = NumberRemovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("number removal")
        verbose_name_plural = _("number removals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opt_out"],
                condition=models.Q(status="REMOVING"),
                name="one_open_removal_per_number",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title under which the review desk shows it; never the whole number."""
        return f"{mask(self.opt_out.recipient)} → {self.opt_out.channel_number}"

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.REMOVING
