"""Packages: granted by operations, used before the balance, booked out when they end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import BillingAccount, LedgerEntry, Package, Purse, User
from customers.services import audit

from . import arrears, ledger, purses
from .accounts import require_reason
from .money import written


@transaction.atomic
def grant_package(
    *,
    account: BillingAccount,
    name: str,
    kind: str,
    parts: int,
    valid_from: datetime,
    expires_at: datetime,
    reason: str,
    price: int = 0,
    actor: User | None,
    ip_address: str | None = None,
) -> Package:
    """Give a customer a package of message parts, paid with `price` millionths of the balance.

    Refuses one without parts or with an end before its beginning or in the past, a missing reason,
    and a price that the balance does not cover. Kind and term never change afterwards; it is not
    paid back (spec console §12).
    """
    reason = require_reason(reason)
    if parts <= 0:
        raise Refusal("package_parts", _("A package has at least one part."), field="parts")
    if expires_at <= max(valid_from, now()):
        raise Refusal(
            "package_term",
            _("A package ends after its beginning, and in the future."),
            field="expires_at",
        )
    if price and not purses.change_balance(account, -price):
        raise Refusal(
            "package_price",
            _("The balance is %(left)s: it does not pay this price."),
            field="price",
            params={"left": written(purses.balance_of(account))},
        )
    package = Package(
        account=account,
        name=name.strip(),
        kind=kind,
        parts=parts,
        valid_from=valid_from,
        expires_at=expires_at,
    )
    fill(package, LedgerEntry.Type.PACKAGE, amount=-price, actor=actor, reason=reason)
    audit.record(
        verb="grant_package",
        object_type="package",
        object_id=str(package.public_id),
        object_name=package.name,
        actor=actor,
        customer=account.customer,
        ip_address=ip_address,
        after={"parts": parts, "kind": kind, "price": written(price), "until": str(expires_at)},
        reason=reason,
    )
    arrears.review(account, now())
    return package


@transaction.atomic
def fill(
    package: Package,
    entry_type: LedgerEntry.Type,
    *,
    amount: int = 0,
    actor: User | None,
    reason: str,
) -> LedgerEntry:
    """Save a new package, put its parts into it and book that; return the entry.

    `amount` is by how many millionths the caller changed the balance for it.
    """
    package.save()
    purses.open_purses(package.account, package)
    purses.change_package(package.account, package, package.parts)
    return ledger.enter(
        package.account,
        entry_type,
        amount=amount,
        package=package,
        package_change=package.parts,
        actor=actor,
        reason=reason,
    )


def next_beginning(account: BillingAccount, kind: str) -> datetime:
    """When a renewal begins: as the last package of its kind ends, or now without a valid one."""
    last = Package.objects.filter(account=account, kind=kind).order_by("-expires_at").first()
    return max(now(), last.expires_at) if last else now()


def book_ended(moment: datetime) -> int:
    """Book out what is left of packages that have ended; return how many packages that were."""
    left = Purse.objects.filter(expires_at__lte=moment, amount__gt=0)
    ended = Package.objects.filter(pk__in=left.values("package")).select_related("account")
    return sum(_book_out(package) for package in ended)


@transaction.atomic
def _book_out(package: Package) -> bool:
    purses.lock(package.account)
    rest = purses.left_of(package)
    # A payment under way may have taken some of it since: then the next sweep looks again.
    if not rest or not purses.change_package(package.account, package, -rest):
        return False
    ledger.enter(package.account, LedgerEntry.Type.EXPIRY, package=package, package_change=-rest)
    return True
