"""What sending a checked task will cost, and whether it fits below the traffic thresholds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from common.clock import now
from customers.models import BillingAccount, Purse
from customers.services.billing import purses
from customers.services.billing.prices import month_of, prices_for
from messaging.models import GroupTask, TrafficThreshold
from messaging.policy import thresholds
from messaging.services.charging import kind_of


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a task needs and what there is, as things stand now.

    `cost` and `balance` are millionths of the currency, None where nothing is charged.
    `package_parts` are those that packages pay for. `beyond_day` and `beyond_month` are the
    numbers that do not fit below a limit, `day_left` and `month_left` what is left of it; None
    where there are no thresholds.
    """

    messages: int
    parts: int
    cost: int | None
    package_parts: int
    balance: int | None
    day_left: int | None
    month_left: int | None

    @property
    def is_covered(self) -> bool:
        """Whether packages and balance pay for all of it."""
        return self.cost is None or self.balance is None or self.cost <= self.balance

    @property
    def beyond_day(self) -> int:
        return max(0, self.messages - self.day_left) if self.day_left is not None else 0

    @property
    def beyond_month(self) -> int:
        return max(0, self.messages - self.month_left) if self.month_left is not None else 0


def estimate_of(task: GroupTask, at: datetime | None = None) -> Estimate:
    """Estimate a checked task that starts at `at`, now for None.

    Nobody reserves anything: what others send until then is not foreseen.
    """
    moment = at or now()
    day_left, month_left = _head_room(task, moment)
    cost, package_parts, balance = _cost(task, moment)
    return Estimate(
        messages=task.valid_rows - task.accepted_rows,
        parts=task.parts,
        cost=cost,
        package_parts=package_parts,
        balance=balance,
        day_left=day_left,
        month_left=month_left,
    )


def _head_room(task: GroupTask, moment: datetime) -> tuple[int | None, int | None]:
    row = TrafficThreshold.objects.filter(customer=task.customer).first()
    if row is None:
        values = thresholds.defaults()
        return (values.daily_limit, values.monthly_limit) if values else (None, None)
    if not row.is_enforced:
        return None, None
    day, month = thresholds.gauges_of(row, moment)
    return max(0, day.limit - day.used), max(0, month.limit - month.used)


def _cost(task: GroupTask, moment: datetime) -> tuple[int | None, int, int | None]:
    """The cost beyond packages, the parts that packages pay for, and the balance."""
    account = BillingAccount.objects.filter(customer=task.customer, is_charged=True).first()
    prices = prices_for(task.customer, month_of(moment)) if account else None
    if account is None or prices is None:
        return None, 0, None
    kind = kind_of(task.template.type)
    held = Purse.objects.filter(
        account=account, kind=kind, valid_from__lte=moment, expires_at__gt=moment
    ).aggregate(left=Sum("amount"))["left"]
    from_packages = min(task.parts, int(held or 0))
    cost = (task.parts - from_packages) * prices.first(kind)
    return cost, from_packages, purses.balance_of(account)
