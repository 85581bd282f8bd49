"""Customers who are charged, and the check that their books are right."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from common.clock import now
from customers.models import BillingAccount, Customer, Package
from customers.models.billing import Kind
from customers.services.billing import accounts, ledger, packages, prices
from messaging.services import charging

PRICE = 65_000
"""The first tier's price in millionths."""
TIERS = [(0, PRICE), (1_000, 60_000), (3_000, 55_000)]


def price_everything(tiers: list[tuple[int, int]] | None = None) -> None:
    """The platform's prices, the same for both kinds, from this month on."""
    prices.create_list(
        month=prices.month_of(now()),
        tiers=dict.fromkeys(Kind, tiers or TIERS),
        actor=None,
    )


def charged(customer: Customer, *, balance: int = 0) -> BillingAccount:
    """The account of a customer who is charged from now on."""
    account = accounts.open_account(customer)
    accounts.set_charging(account=account, is_charged=True, reason="contract", actor=None)
    if balance:
        top_up(account, balance)
    charging.forget()
    account.refresh_from_db()
    return account


def top_up(account: BillingAccount, amount: int) -> None:
    accounts.change_balance(account=account, amount=amount, reason="transfer", actor=None)


def package(
    account: BillingAccount,
    parts: int,
    *,
    kind: Kind = Kind.INDUSTRY,
    days: int = 30,
    valid_from: datetime | None = None,
    **more: Any,
) -> Package:
    return packages.grant_package(
        account=account,
        name=f"{parts} parts",
        kind=kind,
        parts=parts,
        valid_from=valid_from or now() - timedelta(minutes=1),
        expires_at=(valid_from or now()) + timedelta(days=days),
        reason="contract",
        actor=None,
        **more,
    )


_UNBOOKED = """
SELECT COALESCE(sum(CASE WHEN package_id IS NULL THEN amount ELSE parts END), 0)
FROM messaging_charge
WHERE NOT is_booked AND account_id = %s AND package_id IS NOT DISTINCT FROM %s
"""


def _unbooked(account: BillingAccount, package: Package | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UNBOOKED, [account.pk, package.pk if package else None])
        return int(cursor.fetchone()[0])


def assert_books_are_right(account: BillingAccount) -> None:
    """The ledger and what is not booked yet add up to what is left, for balance and packages."""
    assert ledger.difference(account, _unbooked(account)) == 0
    for each in Package.objects.filter(account=account):
        assert ledger.difference_of(each, _unbooked(account, each)) == 0
