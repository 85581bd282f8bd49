"""Billing accounts: whether a customer is charged, top-ups by operations, alarm values."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import BillingAccount, Customer, LedgerEntry, User
from customers.models.billing import Kind
from customers.services import audit

from . import arrears, ledger, purses
from .money import written
from .prices import month_of, prices_for

CHARGE = "customers.charge_billingaccount"
"""The permission for everything that changes money."""

REASON_LENGTH = 255


def account_of(customer: Customer) -> BillingAccount | None:
    """The billing account of a customer; None when nobody has opened one."""
    return BillingAccount.objects.filter(customer=customer).select_related("customer").first()


@transaction.atomic
def open_account(
    customer: Customer, *, actor: User | None = None, ip_address: str | None = None
) -> BillingAccount:
    """The billing account of a customer, made when there is none; not charged at first."""
    account, is_new = BillingAccount.objects.get_or_create(customer=customer)
    if is_new:
        purses.open_purses(account)
        _record("create", account, actor, ip_address, "")
    return account


@transaction.atomic
def set_charging(
    *,
    account: BillingAccount,
    is_charged: bool,
    reason: str,
    actor: User | None,
    ip_address: str | None = None,
) -> None:
    """Begin or end to charge a customer; takes effect within `SMS_CREDENTIAL_CACHE_S`.

    Refuses to begin while no prices are set for this month, and a change without a reason.
    """
    reason = require_reason(reason)
    prices = prices_for(account.customer, month_of(now()))
    if is_charged and (prices is None or any(kind not in prices.tiers for kind in Kind)):
        raise Refusal(
            "no_prices", _("No prices are set for this month. Add a price list before charging.")
        )
    purses.lock(account)
    before = account.is_charged
    account.is_charged = is_charged
    account.save(update_fields=["is_charged"])
    _record("set_charging", account, actor, ip_address, reason, before=before, after=is_charged)
    arrears.review(account, now())


@transaction.atomic
def change_balance(
    *,
    account: BillingAccount,
    amount: int,
    reason: str,
    actor: User | None,
    ip_address: str | None = None,
) -> LedgerEntry:
    """Top a balance up, or correct it: `amount` in millionths, less than zero to take away.

    Arrears that are covered by it end in the same transaction. Refuses 0, a missing reason, and to
    take more than there is.
    """
    reason = require_reason(reason)
    if amount == 0:
        raise Refusal("amount_zero", _("Write an amount other than 0."), field="amount")
    if not purses.change_balance(account, amount):
        left = {"left": written(purses.balance_of(account))}
        raise Refusal(
            "amount_too_high",
            _("The balance is %(left)s: no more than that can be taken."),
            field="amount",
            params=left,
        )
    kind = LedgerEntry.Type.TOP_UP if amount > 0 else LedgerEntry.Type.CORRECTION
    entry = ledger.enter(account, kind, amount=amount, actor=actor, reason=reason)
    _record("change_balance", account, actor, ip_address, reason, after=written(amount))
    arrears.review(account, now())
    return entry


@transaction.atomic
def set_alarms(
    *,
    account: BillingAccount,
    package_alarm: int | None,
    balance_alarm: int | None,
    actor: User | None,
    ip_address: str | None = None,
) -> None:
    """Say below how many parts, and below which balance, the contacts are told; None for never.

    A changed value arms its alarm again (spec console §12, "Remaining quota alarm").
    """
    before = [account.package_alarm, account.balance_alarm]
    if package_alarm != account.package_alarm:
        account.is_package_alarm_told = False
    if balance_alarm != account.balance_alarm:
        account.is_balance_alarm_told = False
    account.package_alarm, account.balance_alarm = package_alarm, balance_alarm
    account.save(
        update_fields=[
            "package_alarm",
            "balance_alarm",
            "is_package_alarm_told",
            "is_balance_alarm_told",
        ]
    )
    _record("set_alarms", account, actor, ip_address, "", before, [package_alarm, balance_alarm])


def require_reason(reason: str) -> str:
    """The reason without blanks around it; refuses an empty one."""
    reason = reason.strip()
    if not reason:
        raise Refusal("reason_missing", _("Write the reason: it is kept with it."), field="reason")
    return reason[:REASON_LENGTH]


def _record(
    verb: str,
    account: BillingAccount,
    actor: User | None,
    ip_address: str | None,
    reason: str,
    before: object = None,
    after: object = None,
) -> None:
    audit.record(
        verb=verb,
        object_type="billingaccount",
        object_id=account.pk,
        object_name=account.customer.name,
        actor=actor,
        customer=account.customer,
        ip_address=ip_address,
        before={} if before is None else {"value": before},
        after={} if after is None else {"value": after},
        reason=reason,
    )
