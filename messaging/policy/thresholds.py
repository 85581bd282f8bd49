"""Traffic thresholds: how many messages a customer may send in a day and a month (ruling 14).

Exact however many requests come at once: use and limits stand in one row, and one conditional
update adds a request or finds that it does not fit. It is the last part of the statement that
stores the request (`SQL`), or of its transaction (`take`), as the row is locked until the commit.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DataError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DivisionByZero

from common.clock import local_day
from common.errors import Refusal
from common.expiring import announced
from common.sql import slice_cursor
from customers.models import Customer, Notice
from customers.services.notices import announce
from messaging.models import TrafficThreshold

if TYPE_CHECKING:
    from common.errors import Sentence

REFUSED = "E000623"
"""The result code of a request that does not fit below the limit."""

# Transactions may come late over midnight: a row never goes back to a period that is over.
_TAKEN = """taken AS (
UPDATE messaging_trafficthreshold
SET day = GREATEST(day, %(day)s),
    day_used = CASE WHEN day < %(day)s THEN 0 ELSE day_used END + %(counted)s,
    day_alarmed = CASE WHEN day < %(day)s THEN NULL ELSE day_alarmed END,
    day_stopped = CASE WHEN day < %(day)s THEN NULL ELSE day_stopped END,
    month = GREATEST(month, %(month)s),
    month_used = CASE WHEN month < %(month)s THEN 0 ELSE month_used END + %(counted)s,
    month_alarmed = CASE WHEN month < %(month)s THEN NULL ELSE month_alarmed END,
    month_stopped = CASE WHEN month < %(month)s THEN NULL ELSE month_stopped END
WHERE customer_id = %(customer)s AND is_enforced{condition}
  AND CASE WHEN day < %(day)s THEN 0 ELSE day_used END + %(counted)s <= daily_limit
  AND CASE WHEN month < %(month)s THEN 0 ELSE month_used END + %(counted)s <= monthly_limit
RETURNING day_used, daily_alarm, daily_limit, day_alarmed, day_stopped,
          month_used, monthly_alarm, monthly_limit, month_alarmed, month_stopped
)"""
_TAKE = f"WITH {_TAKEN.format(condition='')} SELECT * FROM taken"  # noqa: S608 - no value is in it

# The messages are asked for so that they are stored first: the row of a customer's counters is what
# its requests wait for, so it is locked as late as can be.
SQL = _TAKEN.format(condition=" AND (SELECT count(*) FROM message) >= 0")
"""Counts the messages that the expression `message` stores, by the parameters of `columns`."""

COUNTED = """
SELECT taken.* FROM (SELECT 1 / count(*) AS times FROM taken) AS counted
LEFT JOIN taken ON times = 1
"""
"""Ends a statement with `SQL`: where nothing was counted it divides by zero, which undoes all."""

_CREATE = """
INSERT INTO messaging_trafficthreshold
    (customer_id, is_enforced, daily_alarm, daily_limit, monthly_alarm, monthly_limit,
     day, day_used, month, month_used)
VALUES (%(customer)s, true, %(daily_alarm)s, %(daily_limit)s, %(monthly_alarm)s,
        %(monthly_limit)s, %(day)s, 0, %(month)s, 0)
ON CONFLICT (customer_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Values:
    """The four values a customer sets, in messages."""

    daily_alarm: int
    daily_limit: int
    monthly_alarm: int
    monthly_limit: int


@dataclass(frozen=True, slots=True)
class Gauge:
    """The use of one period, with its marks and what the contacts were told of it."""

    used: int
    alarm: int
    limit: int
    alarmed: int | None
    stopped: int | None

    @property
    def is_full(self) -> bool:
        return self.used >= self.limit

    @property
    def owes_alarm(self) -> bool:
        """Once for a period and value; a higher value is armed again (spec console §13.3)."""
        return self.used >= self.alarm and (self.alarmed is None or self.alarm > self.alarmed)

    @property
    def owes_stop(self) -> bool:
        return self.stopped is None or self.limit > self.stopped


def defaults() -> Values | None:
    """The values of customers who have no others; None when they have no thresholds then."""
    values = settings.SMS_TRAFFIC_DEFAULTS
    return Values(*values) if values else None


class ThresholdReached(Refusal):
    """A request that does not fit; once its transaction is over, its caller must `tell`."""

    def __init__(
        self, sentence: "Sentence", gauge: Gauge, customer_id: int, count: int, moment: datetime
    ) -> None:
        params = {"used": gauge.used, "limit": gauge.limit, "count": count}
        super().__init__(REFUSED, sentence, permanent=False, params=params)
        self._refused = (customer_id, count, moment)

    def tell(self) -> None:
        """Tell the contacts, once for a period and value."""
        _tell_refused(*self._refused)


def is_counted(customer_id: int) -> bool:
    """Whether the customer's messages are counted; the answer may be seconds old."""
    row = _rows.get(customer_id)
    return row.is_enforced if row else defaults() is not None


def refuse_when_full(customer_id: int, count: int, moment: datetime) -> None:
    """Raise `ThresholdReached` when it is known that `count` messages do not fit.

    Asked before anything is done for them, so that what is refused costs little. It mostly knows
    from memory; `take` decides.
    """
    row = _rows.get(customer_id)
    if row is not None and row.is_enforced and _unfit(row, count, moment):
        _refuse(customer_id, count, moment)


def take(customer_id: int, count: int, moment: datetime) -> None:
    """Count `count` messages in the caller's transaction; `ThresholdReached` if they do not fit.

    Who passes an alarm value or fills a limit owes the contacts a notice, written with it.
    """
    parameters = columns(customer_id, count, moment)
    with slice_cursor() as cursor:
        found = cursor.execute(_TAKE, parameters).fetchone()
        if found is None and begin(customer_id, count, moment):
            found = cursor.execute(_TAKE, parameters).fetchone()
    if found is not None:
        note(customer_id, found)


def columns(customer_id: int, count: int, moment: datetime) -> dict[str, Any]:
    """What `SQL` takes to count so many messages."""
    return _periods(moment) | {"customer": customer_id, "counted": count}


def store_counted(statement: bytes, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement with `SQL` that ends in `COUNTED`; return the row of the counters.

    None: nothing could be counted, so nothing was stored. `begin` says why.
    """
    undone = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with undone, slice_cursor() as cursor:
            return cursor.execute(statement, parameters).fetchone()
    except DataError as error:
        if isinstance(error.__cause__, DivisionByZero):
            return None
        raise


def begin(customer_id: int, count: int, moment: datetime) -> bool:
    """Why nothing was counted: True when the customer's row was missing, and is there now.

    Raises `ThresholdReached` when the messages do not fit. False: nobody counts any more.
    """
    values = defaults()
    if values is not None:
        with slice_cursor() as cursor:
            row = _periods(moment) | _columns_of(values) | {"customer": customer_id}
            if cursor.execute(_CREATE, row).rowcount:
                return True
    _rows.clear()  # so that the next ones are refused before they are stored
    _refuse(customer_id, count, moment)
    return False


def note(customer_id: int, taken: Sequence[Any]) -> None:
    """Tell the contacts of an alarm value or a limit that a row of `SQL` shows to be reached."""
    day, month = Gauge(*taken[:5]), Gauge(*taken[5:])
    if day.owes_alarm or month.owes_alarm or day.is_full or month.is_full:
        with transaction.atomic():
            rows = TrafficThreshold.objects.select_related("customer")
            _tell(rows.select_for_update(of=("self",)).get(pk=customer_id), day, month)


def gauges_of(row: TrafficThreshold, moment: datetime) -> tuple[Gauge, Gauge]:
    """The day's and the month's use at an instant."""
    periods = _periods(moment)
    day = (row.day_used, row.day_alarmed, row.day_stopped)
    used, alarmed, stopped = day if row.day >= periods["day"] else (0, None, None)
    daily = Gauge(used, row.daily_alarm, row.daily_limit, alarmed, stopped)
    month = (row.month_used, row.month_alarmed, row.month_stopped)
    used, alarmed, stopped = month if row.month >= periods["month"] else (0, None, None)
    return daily, Gauge(used, row.monthly_alarm, row.monthly_limit, alarmed, stopped)


def forget() -> None:
    """Drop what this process remembers of who is counted."""
    _rows.clear()


def _refuse(customer_id: int, count: int, moment: datetime) -> None:
    """Raise `ThresholdReached` by what the row says now."""
    row = TrafficThreshold.objects.filter(customer_id=customer_id, is_enforced=True).first()
    if row is not None and (unfit := _unfit(row, count, moment)):
        raise ThresholdReached(*unfit, customer_id, count, moment)


def _unfit(row: TrafficThreshold, count: int, moment: datetime) -> tuple["Sentence", Gauge] | None:
    """The first period that `count` messages do not fit into."""
    day, month = gauges_of(row, moment)
    for gauge, sentence in ((day, _DAY_FULL), (month, _MONTH_FULL)):
        if gauge.used + count > gauge.limit:
            return sentence, gauge
    return None


_DAY_FULL = _(
    "%(used)s of %(limit)s messages of the day are used, so %(count)s more do not fit. "
    "Wait for the next day or raise the daily limit."
)
_MONTH_FULL = _(
    "%(used)s of %(limit)s messages of the month are used, so %(count)s more do not fit. "
    "Wait for the next month or raise the monthly limit."
)


def _tell(row: TrafficThreshold, day: Gauge, month: Gauge) -> None:
    if day.owes_alarm and not day.is_full:
        row.day_alarmed = day.alarm
        _announce(row.customer, Notice.Event.DAILY_ALARM, day.alarm)
    if month.owes_alarm and not month.is_full:
        row.month_alarmed = month.alarm
        _announce(row.customer, Notice.Event.MONTHLY_ALARM, month.alarm)
    row.save(update_fields=["day_alarmed", "month_alarmed"])
    _tell_stops(row, day, month, 1)


@transaction.atomic
def _tell_refused(customer_id: int, count: int, moment: datetime) -> None:
    rows = TrafficThreshold.objects.select_related("customer").select_for_update(of=("self",))
    row = rows.filter(pk=customer_id, is_enforced=True).first()
    if row is not None:
        day, month = gauges_of(row, moment)
        _tell_stops(row, day, month, count)


def _tell_stops(row: TrafficThreshold, day: Gauge, month: Gauge, count: int) -> None:
    """Tell of the limits that `count` more messages would pass; the alarm is told with it."""
    if day.used + count > day.limit and day.owes_stop:
        row.day_stopped, row.day_alarmed = day.limit, max(day.alarm, row.day_alarmed or 0)
        _announce(row.customer, Notice.Event.DAILY_LIMIT, day.limit)
    if month.used + count > month.limit and month.owes_stop:
        row.month_stopped, row.month_alarmed = month.limit, max(month.alarm, row.month_alarmed or 0)
        _announce(row.customer, Notice.Event.MONTHLY_LIMIT, month.limit)
    row.save(update_fields=["day_stopped", "day_alarmed", "month_stopped", "month_alarmed"])


def _announce(customer: Customer, event: Notice.Event, value: int) -> None:
    announce(
        customer=customer,
        event=event,
        object_type="threshold",
        object_id=customer.public_id,
        params={"name": str(value)},
    )


def _periods(moment: datetime) -> dict[str, date]:
    day = local_day(moment)
    return {"day": day, "month": day.replace(day=1)}


def _columns_of(values: Values) -> dict[str, Any]:
    return {name: getattr(values, name) for name in Values.__slots__}


def _load(customer_id: int) -> TrafficThreshold | None:
    return TrafficThreshold.objects.filter(customer_id=customer_id).first()


_rows = announced(_load)
