"""When nothing is left: grace, retention and their ends, and the alarms before (console §2.5)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from customers.models import BillingAccount, Customer, Notice
from customers.models.billing import Kind
from customers.services import enforcement, notices

from . import purses
from .money import written
from .prices import month_of, prices_for

Stage = BillingAccount.Stage
Event = Notice.Event
Cause = Customer.FrozenCause

_TOLD = {
    Stage.GRACE: Event.ARREARS_BEGAN,
    Stage.RETENTION: Event.RETENTION_BEGAN,
    Stage.EXPIRED: Event.RETENTION_ENDED,
}


def is_in_arrears(customer: Customer) -> bool:
    """Whether a customer was found to be in arrears: by the last review, a minute ago at most."""
    return BillingAccount.objects.filter(
        customer=customer, is_charged=True, arrears_since__isnull=False
    ).exists()


def grace_ends(account: BillingAccount) -> datetime | None:
    """When the grace period of an account in arrears ends; None for others."""
    since = account.arrears_since
    return since + timedelta(days=settings.SMS_ARREARS_GRACE_DAYS) if since else None


def retention_ends(account: BillingAccount) -> datetime | None:
    """When the signatures of an account in arrears go out of use; None for others."""
    grace = grace_ends(account)
    return grace + timedelta(days=settings.SMS_ARREARS_RETENTION_DAYS) if grace else None


@transaction.atomic
def review(account: BillingAccount, moment: datetime) -> BillingAccount:
    """Bring stage and alarms of an account up to date, and tell of each change once.

    In arrears is who is charged, has no valid package left, and whose balance does not pay a single
    part. When the retention period is over the customer is frozen because of arrears. A top-up ends
    all of it at once, but never a freeze for another cause (spec console §15.2, no. 7). Returns the
    account as it is now.
    """
    account = (
        BillingAccount.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer")
        .get(pk=account.pk)
    )
    balance = purses.balance_of(account)
    parts = purses.usable_parts(account, moment)
    if account.is_charged and not parts and balance < _lowest_price(account, moment):
        _advance(account, moment)
    elif account.arrears_since:
        account.arrears_since, account.arrears_stage = None, Stage.NONE
        _tell(account, Event.ARREARS_ENDED, account.customer.name)
        _release(account)
    _alarm_of_packages(account, parts)
    _alarm_of_balance(account, balance)
    account.save(
        update_fields=[
            "arrears_since",
            "arrears_stage",
            "is_package_alarm_told",
            "is_balance_alarm_told",
        ]
    )
    return account


def review_all(moment: datetime) -> int:
    """Review every account that is charged or in arrears; return how many are in arrears."""
    accounts = BillingAccount.objects.filter(is_charged=True) | BillingAccount.objects.filter(
        arrears_since__isnull=False
    )
    reviewed = [review(account, moment) for account in accounts.order_by("pk")]
    return sum(account.arrears_since is not None for account in reviewed)


def _advance(account: BillingAccount, moment: datetime) -> None:
    account.arrears_since = account.arrears_since or moment
    grace, retention = grace_ends(account), retention_ends(account)
    stage = Stage.GRACE
    if retention and moment >= retention:
        stage = Stage.EXPIRED
    elif grace and moment >= grace:
        stage = Stage.RETENTION
    if stage != account.arrears_stage:
        account.arrears_stage = stage
        _tell(account, _TOLD[stage], account.customer.name)
        if stage == Stage.EXPIRED:
            _freeze(account)


def _freeze(account: BillingAccount) -> None:
    """Freeze the customer because of arrears, but for one who is frozen already."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=account.customer_id)
    if not customer.is_frozen:
        with override(settings.LANGUAGE_CODE):
            reason = gettext("The retention period after arrears is over. A top-up ends this.")
        enforcement.freeze(customer=customer, cause=Cause.ARREARS, reason=reason, actor=None)


def _release(account: BillingAccount) -> None:
    """End a freeze because of arrears; one for another cause takes an operations lead."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=account.customer_id)
    if customer.is_frozen and customer.frozen_cause == Cause.ARREARS:
        with override(settings.LANGUAGE_CODE):
            reason = gettext("The arrears are settled.")
        enforcement.release(customer=customer, cause=Cause.ARREARS, reason=reason, actor=None)


def _alarm_of_packages(account: BillingAccount, parts: int) -> None:
    limit = account.package_alarm
    is_due = limit is not None and parts <= limit and account.packages.exists()
    if is_due and not account.is_package_alarm_told:
        _tell(account, Event.PACKAGE_LOW, f"{parts:,}")
    account.is_package_alarm_told = is_due


def _alarm_of_balance(account: BillingAccount, balance: int) -> None:
    limit = account.balance_alarm
    is_due = account.is_charged and limit is not None and balance <= limit
    if is_due and not account.is_balance_alarm_told:
        _tell(account, Event.BALANCE_LOW, written(balance))
    account.is_balance_alarm_told = is_due


def _lowest_price(account: BillingAccount, moment: datetime) -> int:
    prices = prices_for(account.customer, month_of(moment))
    return min(prices.first(kind) for kind in Kind) if prices else 1


def _tell(account: BillingAccount, event: Notice.Event, name: str) -> None:
    notices.announce(
        customer=account.customer,
        event=event,
        object_type="billing",
        object_id=UUID(str(account.customer.public_id)),
        params={"name": name},
    )
