import uuid
from typing import ClassVar, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.numbers import mask
from customers.models import Application, Customer

from .blocklist import BlockedNumber
from .uplink import OptOut


class NumberRemovalQuerySet(models.QuerySet["NumberRemoval"]):
    def for_customer(self, customer: Customer) -> "NumberRemovalQuerySet":
        return self.filter(customer=customer)


class NumberRemoval(models.Model):
    """A customer's wish that a number gets messages again, off one list (spec console §13.2).

    Either a recipient who unsubscribed from the customer's own channel number, or an entry of the
    platform's blocklists, which holds for all applications.
    """

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
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="+")
    """The one from which the recipient unsubscribed; null for an entry of a blocklist."""
    opt_out = models.ForeignKey(OptOut, models.PROTECT, null=True, related_name="removals")
    blocked_number = models.ForeignKey(
        BlockedNumber, models.PROTECT, null=True, related_name="removals"
    )
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
            ),
            models.UniqueConstraint(
                fields=["blocked_number", "customer"],
                condition=models.Q(status="REMOVING"),
                name="one_open_removal_per_entry",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    opt_out__isnull=False, application__isnull=False, blocked_number__isnull=True
                )
                | models.Q(
                    opt_out__isnull=True, application__isnull=True, blocked_number__isnull=False
                ),
                name="removal_from_one_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title under which the review desk shows it; never the whole number."""
        return f"{mask(self.recipient)} → {self.list_name}"

    @property
    def recipient(self) -> str:
        return self._entry.recipient

    @property
    def list_name(self) -> str:
        """Which list: the channel number that was unsubscribed, or the status code of the list."""
        entry = self._entry
        return entry.channel_number if isinstance(entry, OptOut) else entry.code

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.REMOVING

    @property
    def is_granted(self) -> bool:
        return self.status == self.Status.REMOVED

    @property
    def _entry(self) -> OptOut | BlockedNumber:
        # One of them is there: a constraint of the table.
        return cast("OptOut | BlockedNumber", self.opt_out or self.blocked_number)
