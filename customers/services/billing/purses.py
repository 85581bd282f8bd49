"""What is left of balances and packages, in portions (docs/decisions/0007).

The send path pays small slices from one portion in its own statement
(`messaging.services.charging`). Everything else goes through here, with the account locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from customers.models import BillingAccount, Package, Purse

WORTH_SPREADING = 4
"""A portion is only made where it pays for as many slices of the present size."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a payment that one package, or the balance (None), bears."""

    package_id: int | None
    parts: int
    amount: int
    """Millionths taken from the balance; 0 from a package."""


def open_purses(account: BillingAccount, package: Package | None = None) -> None:
    """Make the portions of a new account's balance, or of a new package, all of them empty."""
    Purse.objects.bulk_create(
        Purse(
            account=account,
            package=package,
            slot=slot,
            kind=package.kind if package else "",
            valid_from=package.valid_from if package else None,
            expires_at=package.expires_at if package else None,
        )
        for slot in range(settings.SMS_BILLING_PORTIONS)
    )


def balance_of(account: BillingAccount) -> int:
    """What is left of the balance, in millionths."""
    return _left(Purse.objects.filter(account=account, package=None))


def left_of(package: Package) -> int:
    """How many parts are left of a package, whether or not it is valid."""
    return _left(Purse.objects.filter(package=package))


def usable_parts(account: BillingAccount, moment: datetime) -> int:
    """How many parts are left in packages that are valid at that moment."""
    return _left(
        Purse.objects.filter(account=account, valid_from__lte=moment, expires_at__gt=moment)
    )


def lock(account: BillingAccount) -> BillingAccount:
    """Lock an account's row until the transaction ends.

    Whoever wants to hold more than one portion takes this lock first, so that nobody who waits for
    a portion holds one that the other waits for.
    """
    return BillingAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def lock_all(account: BillingAccount) -> None:
    """Lock an account and all portions of it until the transaction ends."""
    lock(account)
    locked = Purse.objects.filter(account=account).order_by("id")
    list(locked.select_for_update(no_key=True).values_list("pk"))


def take(
    *, account_id: int, kind: str, parts: int, price: int, moment: datetime
) -> list[Share] | None:
    """Pay for message parts: packages of that kind first, the earliest expiry first, then balance.

    `price` is that of a part in millionths. Nothing is taken, and None returned, when all of it
    together does not cover the parts. Waits for payments under way; call inside a transaction.
    """
    lock(BillingAccount(pk=account_id))
    valid = Q(package=None) | Q(kind=kind, valid_from__lte=moment, expires_at__gt=moment)
    purses = list(
        Purse.objects.filter(valid, account_id=account_id)
        .order_by(F("expires_at").asc(nulls_last=True), "package_id", "id")
        .select_for_update(no_key=True)
    )
    shares, changed = [], []
    for package_id, portions in groupby(purses, lambda purse: purse.package_id):
        held = list(portions)
        unit = price if package_id is None else 1
        total = sum(purse.amount for purse in held)
        bearable = min(parts, total // unit) if unit else parts
        if bearable:
            cost = bearable * unit
            spread(held, total - cost, worth=cost * WORTH_SPREADING)
            changed += held
            shares.append(Share(package_id, bearable, 0 if package_id else cost))
            parts -= bearable
    if parts:
        return None
    Purse.objects.bulk_update(changed, ["amount"])
    return shares


def spread(purses: Sequence[Purse], total: int, *, worth: int = 1) -> None:
    """Divide a total among portions, few where each would be less than `worth`; saves nothing."""
    used = max(1, min(len(purses), total // max(worth, 1)))
    for position, purse in enumerate(purses):
        purse.amount = total // used + (position < total % used) if position < used else 0


@transaction.atomic
def change_balance(account: BillingAccount, change: int) -> bool:
    """Add to a balance, or take from it; False, and nothing done, when it would become negative."""
    return _change(account, None, change)


@transaction.atomic
def change_package(account: BillingAccount, package: Package, change: int) -> bool:
    """Add parts to a package, or take them; False, and nothing done, when there are too few."""
    return _change(account, package, change)


def give_back(account_id: int, package_id: int | None, amount: int) -> None:
    """Add to whichever portion nobody holds at the moment: what was paid too much, or a credit.

    The caller has locked the account.
    """
    paid_by = Q(package=None) if package_id is None else Q(package_id=package_id)
    free = Purse.objects.filter(paid_by, account_id=account_id)
    portion = free.order_by("amount").select_for_update(skip_locked=True, no_key=True).first()
    if portion is None:
        portion = free.order_by("id").select_for_update(no_key=True)[0]
    Purse.objects.filter(pk=portion.pk).update(amount=F("amount") + amount)


def _change(account: BillingAccount, package: Package | None, change: int) -> bool:
    lock(account)
    purses = list(
        Purse.objects.filter(account=account, package=package)
        .order_by("id")
        .select_for_update(no_key=True)
    )
    total = sum(purse.amount for purse in purses) + change
    if total < 0:
        return False
    spread(purses, total)
    Purse.objects.bulk_update(purses, ["amount"])
    return True


def _left(purses: QuerySet[Purse]) -> int:
    return int(purses.aggregate(left=Sum("amount"))["left"] or 0)
