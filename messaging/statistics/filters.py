"""Which messages figures are about."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from common.clock import local_day, now, platform_zone

from .places import places_in

_CONDITIONS = {
    "applications": "application_id = ANY(%(applications)s::bigint[])",
    "signatures": "signature_id = ANY(%(signatures)s::bigint[])",
    "templates": "template_version_id IN ("
    "SELECT id FROM reviews_templateversion WHERE template_id = ANY(%(templates)s::bigint[]))",
    "types": "type = ANY(%(types)s::text[])",
    "senders": "sender = ANY(%(senders)s::text[])",
    "sources": "source = ANY(%(sources)s::smallint[])",
    "places": "place = ANY(%(places)s::integer[])",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Messages accepted from `start` up to `end`, whole hours; empty fields do not matter.

    Without `customer_id` those of all customers. `signatures` may hold 0, the unknown signature;
    `regions` and `carriers` are numbers of `places`.
    """

    customer_id: int | None
    start: datetime
    end: datetime
    applications: tuple[int, ...] = ()
    signatures: tuple[int, ...] = ()
    templates: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    carriers: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()

    @classmethod
    def of_days(
        cls, *, customer_id: int | None, first: date, last: date, **fields: Any
    ) -> "Filters":
        """Whole days of the platform's zone, both inclusive (ruling 13)."""
        return cls(
            customer_id=customer_id,
            start=midnight(first),
            end=midnight(last + timedelta(days=1)),
            **fields,
        )

    @classmethod
    def of_today(cls, *, customer_id: int | None) -> "Filters":
        today = local_day(now())
        return cls.of_days(customer_id=customer_id, first=today, last=today)

    @property
    def is_hourly(self) -> bool:
        """A day is shown by hours, more than one by days (spec console §10)."""
        return local_day(self.start) == local_day(self.end - timedelta(seconds=1))

    @property
    def whole_days_end(self) -> datetime:
        """Up to where whole days of the selection go from `start` on; `start` if there is none."""
        last = midnight(local_day(self.end))
        return last if self.start == midnight(local_day(self.start)) < last else self.start

    def previous(self, moment: datetime) -> "Filters":
        """The same for as many days right before; as much of them as has passed at `moment`.

        The present hour counts in full, so that figures of today are set beside as many hours.
        """
        first, last = local_day(self.start), local_day(self.end - timedelta(seconds=1))
        start = midnight(first - (last - first + timedelta(days=1)))
        passed = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - self.start
        return replace(self, start=start, end=min(start + passed, self.start))

    def condition(self) -> str:
        """What holds for the rows of figures that are meant, with `parameters`."""
        parts = ["hour >= %(start)s", "hour < %(end)s"]
        if self.customer_id is not None:
            parts.append("customer_id = %(customer)s")
        parts += (_CONDITIONS[name] for name, values in self._lists().items() if values)
        return " AND ".join(parts)

    def parameters(self) -> dict[str, Any]:
        lists = {name: list(values) for name, values in self._lists().items() if values}
        edges = {"start": self.start, "end": self.end}
        return lists | edges | {"customer": self.customer_id}

    def _lists(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in _CONDITIONS if name != "places"}
        is_placed = self.carriers or self.regions
        return own | {"places": places_in(self.carriers, self.regions) if is_placed else []}


def midnight(day: date) -> datetime:
    """When a day of the platform's zone begins."""
    return datetime.combine(day, time.min, tzinfo=platform_zone())
