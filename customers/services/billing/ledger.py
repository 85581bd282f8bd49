"""The ledger: entries by hand, and sending booked by the hour, so that it adds up at any time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import F, Sum

from common.clock import now, platform_zone
from customers.models import BillingAccount, LedgerEntry, MonthUsage, Package, User

from . import purses
from .prices import Prices, month_of, prices_for

Type = LedgerEntry.Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Message parts of one hour, application and type that were charged, or are credited."""

    package_id: int | None
    kind: str
    application_id: int
    message_type: str
    charged_at: datetime
    """Any instant of the hour of acceptance: it decides the month's prices."""
    parts: int
    held: int = 0
    """Millionths that the balance was charged so far, at the price of the first tier."""


_BOOK = """
INSERT INTO customers_ledgerentry
    (account_id, at, type, package_id, application_id, message_type, parts, amount,
     package_change, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT (account_id, type, at, package_id, application_id, message_type)
    WHERE type IN ('sending', 'credit')
DO UPDATE SET parts = customers_ledgerentry.parts + excluded.parts,
              amount = customers_ledgerentry.amount + excluded.amount,
              package_change = customers_ledgerentry.package_change + excluded.package_change
"""


def enter(
    account: BillingAccount,
    type_: LedgerEntry.Type,
    *,
    amount: int = 0,
    package: Package | None = None,
    package_change: int = 0,
    actor: User | None = None,
    reason: str = "",
) -> LedgerEntry:
    """Write an entry in the transaction that changes the portions by the same."""
    return LedgerEntry.objects.create(
        account=account,
        at=now(),
        type=type_,
        amount=amount,
        package=package,
        package_change=package_change,
        actor=actor,
        reason=reason,
    )


def book_sending(account: BillingAccount, uses: Iterable[Use]) -> None:
    """Book what was sent: parts from packages as they are, the rest at the month's tier prices.

    The balance was charged the first tier's price when the messages were accepted; what that was
    too much goes back to it here. Call inside the transaction that marks the charges as booked.
    """
    purses.lock(account)
    for use in sorted(uses, key=lambda use: (use.charged_at, use.package_id or 0)):
        if use.package_id:
            _book(account, Type.SENDING, use, change=-use.parts)
            continue
        cost = _price(account, use, use.parts)
        if use.held != cost:
            purses.give_back(account.pk, None, use.held - cost)
        _book(account, Type.SENDING, use, amount=-cost)


def book_credits(account: BillingAccount, uses: Iterable[Use]) -> None:
    """Give parts back that the platform reported itself: to their package, or to the balance.

    The balance gets what the month of their acceptance costs less without them, so that a month
    always costs the tier prices of the parts that count (ruling 27).
    """
    purses.lock(account)
    for use in sorted(uses, key=lambda use: (use.charged_at, use.package_id or 0)):
        if use.package_id:
            purses.give_back(account.pk, use.package_id, use.parts)
            _book(account, Type.CREDIT, use, change=use.parts)
            continue
        refund = -_price(account, use, -use.parts)
        purses.give_back(account.pk, None, refund)
        _book(account, Type.CREDIT, use, amount=refund)


def difference(account: BillingAccount, unbooked: int = 0) -> int:
    """By how many millionths balance and ledger disagree: 0, always.

    `unbooked` is what charges of the last seconds took from the balance, read in the same snapshot.
    """
    booked = LedgerEntry.objects.filter(account=account).aggregate(sum=Sum("amount"))["sum"] or 0
    return purses.balance_of(account) - int(booked) + unbooked


def difference_of(package: Package, unbooked: int = 0) -> int:
    """By how many parts a package and its entries disagree: 0, always."""
    changes = LedgerEntry.objects.filter(package=package).aggregate(sum=Sum("package_change"))
    return purses.left_of(package) - int(changes["sum"] or 0) + unbooked


def _price(account: BillingAccount, use: Use, change: int) -> int:
    """Move the month's count by `change` parts; return what the month costs more by that."""
    month = month_of(use.charged_at)
    usage = _locked_usage(account, month, use.kind)
    prices = _prices(account, month)
    cost = prices.cost(use.kind, usage.parts, change)
    MonthUsage.objects.filter(pk=usage.pk).update(parts=F("parts") + change)
    return cost


def _locked_usage(account: BillingAccount, month: date, kind: str) -> MonthUsage:
    key = {"account": account, "month": month, "kind": kind}
    MonthUsage.objects.bulk_create([MonthUsage(**key)], ignore_conflicts=True)
    return MonthUsage.objects.select_for_update(no_key=True).get(**key)


def _prices(account: BillingAccount, month: date) -> Prices:
    prices = prices_for(account.customer, month)
    if prices is None:
        raise LookupError(f"no prices for {month:%Y-%m}: charging needs a price list")
    return prices


def _book(
    account: BillingAccount, type_: str, use: Use, *, amount: int = 0, change: int = 0
) -> None:
    is_credit = type_ == Type.CREDIT
    moment = (now() if is_credit else use.charged_at).astimezone(platform_zone())
    hour = moment.replace(minute=0, second=0, microsecond=0)
    parts = -use.parts if is_credit else use.parts
    key = (account.pk, hour, type_, use.package_id, use.application_id, use.message_type)
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, (*key, parts, amount, change))
