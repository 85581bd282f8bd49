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
    package = Package.objects.create(
        account=account,
        name=name.strip(),
        kind=kind,
        parts=parts,
        valid_from=valid_from,
        expires_at=expires_at,
    )
    purses.open_purses(account, package)
    purses.change_package(account, package, parts)
    ledger.enter(
        account,
        LedgerEntry.Type.PACKAGE,
        amount=-price,
        package=package,
        package_change=parts,
        actor=actor,
        reason=reason,
    )
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
