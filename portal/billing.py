"""What the billing pages show: packages with what is left, arrears in words, a month to spend."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from common.clock import local_day, now, platform_zone
from customers.models import BillingAccount, Package
from customers.services.billing import accounts, arrears, purses
from customers.services.billing.prices import bounds, month_of
from customers.services.billing.statement import cost_since
from portal.access import MemberRequest

Stage = BillingAccount.Stage


@dataclass(frozen=True, slots=True)
class Spent:
    """What a time has cost so far."""

    parts: int
    amount: int


def account_or_404(request: MemberRequest) -> BillingAccount:
    """The billing account of the customer; pages about it are not there without one."""
    account = accounts.account_of(request.customer)
    if account is None:
        raise Http404
    return account


def spent_today(account: BillingAccount) -> Spent:
    day = local_day(now())
    return Spent(
        *cost_since(account, datetime(day.year, day.month, day.day, tzinfo=platform_zone()))
    )


def spent_this_month(account: BillingAccount) -> Spent:
    return Spent(*cost_since(account, bounds(month_of(now()))[0]))


def packages_of(account: BillingAccount) -> list[Any]:
    """Packages that are valid or will be, then those that ended within 30 days, with their rest."""
    moment = now()
    found: QuerySet[Package] = Package.objects.filter(
        account=account, expires_at__gt=moment - timedelta(days=30)
    ).annotate(left=Sum("purses__amount"))
    packages: list[Any] = sorted(found, key=lambda one: (one.expires_at <= moment, one.expires_at))
    for package in packages:
        package.tone, package.standing = _standing(package, moment)
        package.is_low = 0 < package.left * 10 <= package.parts
    return packages


def _standing(package: Any, moment: datetime) -> tuple[str, str]:
    if package.expires_at <= moment:
        return "quiet", _("Ended")
    if package.valid_from > moment:
        return "waiting", _("Not begun")
    return ("good", _("In use")) if package.left else ("quiet", _("Used up"))


def arrears_in_words(account: BillingAccount) -> tuple[str, str] | None:
    """What arrears mean now, and what comes next; None for an account that is not in arrears."""
    grace, retention = arrears.grace_ends(account), arrears.retention_ends(account)
    if not account.arrears_since or grace is None or retention is None:
        return None
    dates = {
        "since": _day(account.arrears_since),
        "grace": _day(grace),
        "retention": _day(retention),
    }
    if account.arrears_stage == Stage.EXPIRED:
        meaning = _(
            "The account has been in arrears since %(since)s and the retention period is over."
        )
        then = _(
            "The account is frozen and signatures are out of use. A top-up releases the account; "
            "then activate each signature again."
        )
    elif account.arrears_stage == Stage.RETENTION:
        meaning = _(
            "The account has been in arrears since %(since)s: nothing can be sent or added."
        )
        then = _(
            "The grace period ended on %(grace)s. On %(retention)s the retention period ends and "
            "all signatures have to be activated again. A top-up before that ends all of this."
        )
    else:
        meaning = _(
            "The account has been in arrears since %(since)s: nothing can be sent or added."
        )
        then = _(
            "The grace period lasts until %(grace)s, then the retention period until "
            "%(retention)s. Signatures and templates are kept until then; a top-up ends all of "
            "this at once."
        )
    return meaning % dates, then % dates


def balance_and_parts(account: BillingAccount) -> dict[str, int]:
    return {
        "balance": purses.balance_of(account),
        "usable_parts": purses.usable_parts(account, now()),
    }


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M} ({settings.SMS_TIME_ZONE})"
