"""What customers buy: packages on sale, and orders for them or for a top-up."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.clock import local_day

from .billing import BillingAccount, Kind, LedgerEntry, Package
from .customer import Customer


class OfferQuerySet(models.QuerySet["Offer"]):
    def on_sale(self) -> "OfferQuerySet":
        return self.filter(is_on_sale=True)


class Offer(models.Model):
    """A package as it is on sale. What it says never changes: a new price is a new offer."""

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("package"), max_length=64)
    kind = models.CharField(_("for"), max_length=9, choices=Kind)
    parts = models.PositiveIntegerField(_("message parts"))
    price = models.PositiveBigIntegerField(_("price"))
    """Millionths."""
    days = models.PositiveSmallIntegerField(_("valid for days"))
    is_on_sale = models.BooleanField(_("on sale"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("package on sale")
        verbose_name_plural = _("packages on sale")
        ordering = ["kind", "parts", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parts__gt=0, days__gt=0, price__gt=0), name="offer_is_worth_something"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    def for_customer(self, customer: Customer) -> "PurchaseQuerySet":
        return self.filter(account__customer=customer)

    def unpaid(self) -> "PurchaseQuerySet":
        """Those that still wait for their payment."""
        return self.filter(state=Purchase.State.ORDERED)


class Purchase(models.Model):
    """An order for a package or a top-up, and whether it was paid (spec console §12).

    What was ordered is copied from the offer, which may be taken off sale meanwhile.
    """

    class What(models.TextChoices):
        PACKAGE = "package", _("Package")
        TOP_UP = "top_up", _("Top-up")

    class State(models.TextChoices):
        ORDERED = "ordered", _("Waiting for payment")
        PAID = "paid", _("Paid")
        REFUSED = "refused", _("Payment refused")
        CANCELLED = "cancelled", _("Cancelled")

    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        State.ORDERED: frozenset({State.PAID, State.REFUSED, State.CANCELLED}),
        State.PAID: frozenset(),
        State.REFUSED: frozenset(),
        State.CANCELLED: frozenset(),
    }

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(BillingAccount, models.PROTECT, related_name="purchases")
    key = models.UUIDField(editable=False)
    """Made with the form: the same form sent twice is one order."""
    what = models.CharField(_("what"), max_length=7, choices=What)
    name = models.CharField(_("package"), max_length=64, blank=True)
    kind = models.CharField(_("for"), max_length=9, choices=Kind, blank=True)
    parts = models.PositiveIntegerField(_("message parts"), default=0)
    days = models.PositiveSmallIntegerField(_("valid for days"), default=0)
    is_renewal = models.BooleanField(_("begins after the last package"), default=False)
    price = models.PositiveBigIntegerField(_("price"))
    """Millionths."""
    provider = models.CharField(_("payment method"), max_length=16)
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.ORDERED)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("ordered by"),
    )
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, null=True, blank=True, related_name="purchase"
    )
    """What booked it in the ledger; a purchase that was paid has exactly one."""
    granted = models.OneToOneField(
        Package, models.PROTECT, null=True, blank=True, related_name="purchase"
    )

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="purchase_of_account")]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="purchase_once_a_form"),
            models.CheckConstraint(
                condition=Q(state="paid", entry__isnull=False) | (~Q(state="paid") & Q(entry=None)),
                name="purchase_paid_is_booked",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"{local_day(self.ordered_at):%Y%m%d}-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ORDERED

    @property
    def is_package(self) -> bool:
        return self.what == self.What.PACKAGE
