"""Which days are worked, and how much working time lies between two instants (ruling 22)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from common.clock import platform_zone
from common.workdays import CLOSES, OPENS, workday_by_notice, workday_by_weekday
from reviews.models import WorkdayOverride

_DAY = timedelta(days=1)


class Source(Enum):
    """Where it is known from whether a day is worked."""

    OVERRIDE = "override"
    PUBLISHED = "published"
    WEEKDAY = "weekday"
    """No notice is published for the year: Monday to Friday count as worked."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the review desk's calendar."""

    date: date
    is_worked: bool
    source: Source
    note: str = ""

    @property
    def is_known(self) -> bool:
        return self.source != Source.WEEKDAY


class Calendar:
    """The published calendar with the overrides of operations, read once."""

    def __init__(self) -> None:
        self._overrides = {row.day: row for row in WorkdayOverride.objects.all()}
        self._days: dict[date, Day] = {}

    def day(self, on: date) -> Day:
        """What is known of a day."""
        if on not in self._days:
            self._days[on] = self._looked_up(on)
        return self._days[on]

    def days(self, first: date, count: int) -> Iterator[Day]:
        """The `count` days from `first` on."""
        return (self.day(first + _DAY * each) for each in range(count))

    def working_time(
        self, start: datetime, end: datetime, *, opens: time = OPENS, closes: time = CLOSES
    ) -> timedelta:
        """How much working time lies between two aware instants, `start` being the earlier."""
        zone = platform_zone()
        local_start, local_end = start.astimezone(zone), end.astimezone(zone)
        total = timedelta(0)
        for day in self.days(local_start.date(), (local_end.date() - local_start.date()).days + 1):
            if day.is_worked:
                opening = datetime.combine(day.date, opens, zone)
                closing = datetime.combine(day.date, closes, zone)
                worked = min(closing, local_end) - max(opening, local_start)
                total += max(worked, timedelta(0))
        return total

    def _looked_up(self, on: date) -> Day:
        if override := self._overrides.get(on):
            return Day(on, override.is_worked, Source.OVERRIDE, override.note)
        published = workday_by_notice(on)
        if published is None:
            return Day(on, workday_by_weekday(on), Source.WEEKDAY)
        return Day(on, published, Source.PUBLISHED)
