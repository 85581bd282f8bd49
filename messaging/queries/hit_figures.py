"""How many messages rules stopped: by day, by kind of rule, and by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from common.clock import local_day, now
from customers.models import Customer
from messaging.models import RuleHit
from messaging.services.rule_words import explain

from .hits import count_by_day, count_by_rule

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class HitFigures:
    """The messages that rules stopped in some days."""

    days: list[tuple[date, int]]
    kinds: list[tuple["Sentence", int]]
    """Kinds of rule that stopped any, the most first."""
    table: list[tuple[date, list[int]]]
    """For each day what each of `kinds` stopped, newest day first, days without any left out."""

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.kinds)


def last_days(count: int) -> tuple[date, date]:
    """The first and the last of so many days up to today, in the platform's zone."""
    today = local_day(now())
    return today - timedelta(days=count - 1), today


def figures_of(
    span: tuple[date, date],
    kinds: Sequence[str] = tuple(RuleHit.Kind),
    customer: Customer | None = None,
) -> HitFigures:
    """Count what rules stopped in a span of days, for a customer or for all; one query."""
    counted = count_by_day(*span, kinds, customer)
    totals = {kind: sum(day.get(kind, 0) for day in counted.values()) for kind in kinds}
    stopping = sorted((kind for kind in kinds if totals[kind]), key=lambda kind: -totals[kind])
    return HitFigures(
        days=[(day, sum(counts.values())) for day, counts in counted.items()],
        kinds=[(RuleHit.Kind(kind).label, totals[kind]) for kind in stopping],
        table=[
            (day, [counts.get(kind, 0) for kind in stopping])
            for day, counts in reversed(counted.items())
            if counts
        ],
    )


def rules_that_stopped(
    span: tuple[date, date], customer: Customer | None = None
) -> list[tuple["Sentence", str, int]]:
    """The rules that stopped most messages: their kind, what they say, how many messages."""
    counted = count_by_rule(*span, tuple(RuleHit.Kind), customer)
    return [(RuleHit.Kind(hit.kind).label, explain(hit), count) for hit, count in counted]
