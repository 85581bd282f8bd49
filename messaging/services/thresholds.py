"""Customers' own alarm and limit values for their traffic (spec console §13.3, ruling 14)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer, User
from customers.services import audit
from messaging.models import TrafficThreshold
from messaging.policy import thresholds
from messaging.policy.thresholds import Gauge, Values

if TYPE_CHECKING:
    from common.errors import Sentence


def thresholds_of(customer: Customer) -> TrafficThreshold | None:
    """The thresholds of a customer, unsaved where only the platform's defaults hold.

    None for a customer without any.
    """
    if row := TrafficThreshold.objects.for_customer(customer).first():
        return row
    values = thresholds.defaults()
    return TrafficThreshold(customer=customer, **asdict(values)) if values else None


@dataclass(frozen=True, slots=True)
class HeadRoom:
    """What still fits below a customer's limits; the use of the day and of the month."""

    day: Gauge
    month: Gauge

    @property
    def left(self) -> int:
        """So many messages fit at most."""
        return max(0, min(self.day.limit - self.day.used, self.month.limit - self.month.used))

    def fits(self, count: int) -> bool:
        return count <= self.left


def head_room(customer: Customer, moment: datetime) -> HeadRoom | None:
    """What a customer may send at an instant; None without thresholds that are enforced.

    For an instant in a later day or month nothing of that is used yet. Others may send meanwhile:
    it is an estimate, and `accept` alone decides.
    """
    row = thresholds_of(customer)
    if row is None or not row.is_enforced:
        return None
    return HeadRoom(*thresholds.gauges_of(row, moment))


def ceilings_of(row: TrafficThreshold | None) -> tuple[int, int]:
    """The highest daily and monthly limit the customer may choose; operations set others."""
    daily, monthly = settings.SMS_TRAFFIC_CEILINGS
    if row is None:
        return daily, monthly
    return row.daily_ceiling or daily, row.monthly_ceiling or monthly


def set_thresholds(
    *, customer: Customer, values: Values, actor: User | None, ip_address: str | None = None
) -> TrafficThreshold:
    """Change what a customer may send; counts on from now, nothing that was sent is forgotten.

    Raises `Refusal` for values that are not positive, not in order (alarm below limit, daily limit
    below monthly limit) or above the ceilings.
    """
    with transaction.atomic():
        rows = TrafficThreshold.objects.select_for_update()
        row = rows.filter(customer=customer).first()
        _refuse_unless_in_order(values)
        _refuse_above_ceilings(values, ceilings_of(row))
        before = _values_of(row) if row else thresholds.defaults()
        row = row or TrafficThreshold(customer=customer)
        for name, value in asdict(values).items():
            setattr(row, name, value)
        row.save()
        if values != before:
            audit.record(
                verb="update",
                object_type="threshold",
                object_id=str(customer.public_id),
                object_name=customer.name,
                actor=actor,
                customer=customer,
                ip_address=ip_address,
                before=asdict(before) if before else {},
                after=asdict(values),
            )
    thresholds.forget()
    return row


def _refuse_unless_in_order(values: Values) -> None:
    for field, value in asdict(values).items():
        if value < 1:
            _refuse("threshold_not_positive", field, _("Write a number of at least 1."), 0, value)
    for lower, higher, sentence in _ORDER:
        low, high = getattr(values, lower), getattr(values, higher)
        if high <= low:
            _refuse("threshold_order", higher, sentence, low, high)


_ORDER: tuple[tuple[str, str, "Sentence"], ...] = (
    (
        "daily_alarm",
        "daily_limit",
        _("The daily limit (%(value)s) must be higher than the daily alarm (%(bound)s)."),
    ),
    (
        "monthly_alarm",
        "monthly_limit",
        _("The monthly limit (%(value)s) must be higher than the monthly alarm (%(bound)s)."),
    ),
    (
        "daily_limit",
        "monthly_limit",
        _("The monthly limit (%(value)s) must be higher than the daily limit (%(bound)s)."),
    ),
)


def _refuse_above_ceilings(values: Values, ceilings: tuple[int, int]) -> None:
    for field, ceiling in zip(("daily_limit", "monthly_limit"), ceilings, strict=True):
        value = getattr(values, field)
        if value > ceiling:
            sentence = _(
                "Your account may choose at most %(bound)s here, not %(value)s. "
                "Ask customer service for a higher limit."
            )
            _refuse("threshold_ceiling", field, sentence, ceiling, value)


def _refuse(code: str, field: str, sentence: "Sentence", bound: int, value: int) -> None:
    raise Refusal(code, sentence, field=field, params={"bound": bound, "value": value})


def _values_of(row: TrafficThreshold) -> Values:
    return Values(row.daily_alarm, row.daily_limit, row.monthly_alarm, row.monthly_limit)
