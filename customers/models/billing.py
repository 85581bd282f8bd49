"""What customers pay with, and the ledger that says how it became what it is.

Money is kept in millionths of the currency (`SMS_CURRENCY`), as whole numbers. Packages are kept
in message parts.
"""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .customer import Customer

if TYPE_CHECKING:
    from datetime import datetime


class Kind(models.TextChoices):
    """The two kinds of traffic that have prices and packages of their own (spec console §12)."""

    INDUSTRY = "industry", _("Verification codes and notifications")
    PROMOTION = "promotion", _("Promotions")


class BillingAccount(models.Model):
    """How a customer pays. Without one, or while it is not charged, sending costs nothing."""

    class Stage(models.TextChoices):
        NONE = "", _("Not in arrears")
        GRACE = "grace", _("Grace period")
        RETENTION = "retention", _("Retention period")
        EXPIRED = "expired", _("Retention period over")

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="billing")
    is_charged = models.BooleanField(_("charged"), default=False)
    arrears_since = models.DateTimeField(_("in arrears since"), null=True, blank=True)
    arrears_stage = models.CharField(
        _("arrears"), max_length=9, choices=Stage, default=Stage.NONE, blank=True
    )
    package_alarm = models.PositiveIntegerField(_("package alarm"), null=True, blank=True)
    """In message parts; None for no alarm."""
    balance_alarm = models.BigIntegerField(_("balance alarm"), null=True, blank=True)
    """In millionths; None for no alarm."""
    is_package_alarm_told = models.BooleanField(default=False)
    is_balance_alarm_told = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("billing account")
        verbose_name_plural = _("billing accounts")
        permissions = [("charge_billingaccount", "Can top up, grant packages and switch charging")]

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def name(self) -> str:
        return self.customer.name


class PackageQuerySet(models.QuerySet["Package"]):
    def for_customer(self, customer: Customer) -> "PackageQuerySet":
        return self.filter(account__customer=customer)

    def valid(self, moment: "datetime") -> "PackageQuerySet":
        return self.filter(valid_from__lte=moment, expires_at__gt=moment)


class Package(models.Model):
    """Message parts bought ahead; used before the balance, the earliest expiry first."""

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(BillingAccount, models.PROTECT, related_name="packages")
    name = models.CharField(_("package"), max_length=64)
    kind = models.CharField(_("for"), max_length=9, choices=Kind)
    parts = models.PositiveIntegerField(_("message parts"))
    valid_from = models.DateTimeField(_("valid from"))
    expires_at = models.DateTimeField(_("valid until"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["expires_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(parts__gt=0), name="package_has_parts"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("valid_from")), name="package_has_a_term"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Purse(models.Model):
    """One of several equal portions of a balance or a package (docs/decisions/0007).

    Each slice of messages is paid from one of them, so that concurrent slices do not wait for each
    other. What is left is the sum of the portions; none ever goes below zero.
    """

    account = models.ForeignKey(
        BillingAccount, models.PROTECT, db_index=False, related_name="purses"
    )
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, db_index=False, related_name="purses"
    )
    slot = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField(default=0)
    """Millionths of the currency, or parts of the package."""
    kind = models.CharField(max_length=9, choices=Kind, blank=True)
    valid_from = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    """The package's, repeated here because the send path looks at purses only."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="purse_never_negative"),
            models.UniqueConstraint(
                fields=["account", "package", "slot"],
                nulls_distinct=False,
                name="purse_once_per_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.package_id}/{self.slot}"


class PriceList(models.Model):
    """Prices of message parts from the beginning of a month on, for one customer or for all."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="price_lists",
        verbose_name=_("customer"),
    )
    """None for the list of the platform."""
    month = models.DateField(_("from"))
    """The first day of the month in which it begins to hold."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["-month", "customer_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "month"], nulls_distinct=False, name="price_list_once_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} · {self.customer or '*'}"


class PriceTier(models.Model):
    """What a part costs from a number of parts in the month on; marginal, as tax brackets are."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="tiers")
    kind = models.CharField(_("for"), max_length=9, choices=Kind)
    above = models.PositiveIntegerField(_("above"))
    """Parts of the month that earlier tiers cover; 0 for the first tier."""
    price = models.PositiveBigIntegerField(_("price of a part"))
    """Millionths."""

    class Meta:
        verbose_name = _("price tier")
        verbose_name_plural = _("price tiers")
        ordering = ["kind", "above"]
        constraints = [
            models.UniqueConstraint(fields=["price_list", "kind", "above"], name="tier_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} > {self.above}"


class MonthUsage(models.Model):
    """Parts of a month charged to a balance so far, credits taken off: what tiers count."""

    account = models.ForeignKey(BillingAccount, models.PROTECT, related_name="usage")
    month = models.DateField()
    kind = models.CharField(max_length=9, choices=Kind)
    parts = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(parts__gte=0), name="usage_never_negative"),
            models.UniqueConstraint(fields=["account", "month", "kind"], name="usage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m} {self.kind}: {self.parts}"


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def for_customer(self, customer: Customer) -> "LedgerEntryQuerySet":
        return self.filter(account__customer=customer)


class LedgerEntry(models.Model):
    """One change of a balance or of a package. Sending is booked by the hour, application and type.

    The changes of an account add up to what it has, but for charges of the last seconds that are
    not booked yet (docs/billing.md).
    """

    class Type(models.TextChoices):
        SENDING = "sending", _("Messages sent")
        CREDIT = "credit", _("Credit for messages not sent")
        TOP_UP = "top_up", _("Top-up")
        CORRECTION = "correction", _("Correction by operations")
        PACKAGE = "package", _("Package granted")
        PURCHASE = "purchase", _("Package bought")
        EXPIRY = "expiry", _("Package ended")

    BY_HOUR: ClassVar[frozenset[str]] = frozenset({Type.SENDING, Type.CREDIT})

    account = models.ForeignKey(BillingAccount, models.PROTECT, related_name="entries")
    at = models.DateTimeField(_("time"))
    """For sending and credits the beginning of the hour."""
    type = models.CharField(_("what"), max_length=10, choices=Type)
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, blank=True, related_name="entries"
    )
    application_id = models.BigIntegerField(null=True)
    message_type = models.CharField(max_length=20, blank=True)
    parts = models.BigIntegerField(_("message parts"), default=0)
    """Parts that were sent, less than zero for credits; 0 where nothing was sent."""
    amount = models.BigIntegerField(_("amount"), default=0)
    """Change of the balance in millionths."""
    package_change = models.BigIntegerField(_("change of the package"), default=0)
    """Change of the package in parts."""
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "-at"], name="ledger_of_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "type", "at", "package", "application_id", "message_type"],
                condition=Q(type__in=["sending", "credit"]),
                nulls_distinct=False,
                name="ledger_once_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(package=None, package_change=0) | Q(package__isnull=False),
                name="ledger_change_of_a_package",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.at:%Y-%m-%d %H:%M}"
