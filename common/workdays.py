"""Due times counted in the working hours of the Chinese calendar (ruling 22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import chinese_calendar

from common.clock import platform_zone

OPENS = time(9)
CLOSES = time(18)
"""Reviews are worked on between these local times, unless a rule says otherwise."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DueTime:
    """When the work on something starts to count and when it is due, both in UTC."""

    start: datetime
    due: datetime
    calendar_known: bool
    """False when a day had to be judged by the weekday rule for want of a published notice."""


def due_at(
    received: datetime,
    working_hours: float = 2,
    *,
    strict: bool = False,
    overrides: Mapping[date, bool] = _NO_OVERRIDES,
    opens: time = OPENS,
    closes: time = CLOSES,
) -> DueTime:
    """Return when something received at an aware instant is due.

    Outside the working hours of a workday it counts from the next opening. The hours are hours
    of working time; with `strict` they are hours on the clock from the start. Make-up workdays
    count, legal holidays do not; `overrides` says for single days whether they are worked.
    """
    calendar = _Calendar(overrides, opens, closes)
    start = calendar.opening_from(received.astimezone(platform_zone()))
    span = timedelta(hours=working_hours)
    due = start + span if strict else calendar.after_working_time(start, span)
    return DueTime(start.astimezone(UTC), due.astimezone(UTC), calendar.known)


def due_after_workdays(
    received: datetime,
    days: int,
    *,
    overrides: Mapping[date, bool] = _NO_OVERRIDES,
    opens: time = OPENS,
    closes: time = CLOSES,
) -> DueTime:
    """Return when something that may take `days` whole workdays of working time is due."""
    a_day = datetime.combine(date.min, closes) - datetime.combine(date.min, opens)
    hours = days * (a_day / timedelta(hours=1))
    return due_at(received, hours, overrides=overrides, opens=opens, closes=closes)


def workday_by_notice(day: date) -> bool | None:
    """Whether a day is worked by the published calendar; None for a year without a notice."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def workday_by_weekday(day: date) -> bool:
    """Whether a day is worked when nothing better is known: Monday to Friday."""
    return day.weekday() < _SATURDAY


class _Calendar:
    """Answers for local days and times, and remembers whether it ever had to guess."""

    def __init__(self, overrides: Mapping[date, bool], opens: time, closes: time) -> None:
        self.overrides = overrides
        self.opens = opens
        self.closes = closes
        self.known = True

    def opening_from(self, local: datetime) -> datetime:
        """Return `local` when it is working time, else the next opening."""
        if not self._is_workday(local.date()) or local.time() >= self.closes:
            return self._next_opening(local)
        return max(local, _at(local, self.opens))

    def after_working_time(self, start: datetime, span: timedelta) -> datetime:
        """Return the instant at which `span` of working time has passed since `start`."""
        while (left_today := _at(start, self.closes) - start) < span:
            span -= left_today
            start = self._next_opening(start)
        return start + span

    def _next_opening(self, local: datetime) -> datetime:
        day = local + _DAY
        while not self._is_workday(day.date()):
            day += _DAY
        return _at(day, self.opens)

    def _is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        published = workday_by_notice(day)
        if published is None:
            self.known = False
            return workday_by_weekday(day)
        return published


def _at(local: datetime, wall: time) -> datetime:
    return datetime.combine(local.date(), wall, local.tzinfo)
