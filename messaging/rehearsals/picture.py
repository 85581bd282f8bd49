"""A replay's figures as the page shows them: a picture of the hours, and names instead of keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customers.models import Customer
from messaging.models import PolicyReplay
from reviews.desk.charts import Chart, Share, stacked_bars
from reviews.models.kinds import MessageType

from .figures import Change, Figures

if TYPE_CHECKING:
    from common.errors import Sentence

MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """The page of a replay."""

    figures: Figures
    hours: Chart
    customers: list[tuple[str, Change]]
    types: list[tuple["Sentence", Change]]
    matches: list[tuple[str, int, int]]
    """What was found most often, how often, and in how many percent of what would be stopped."""

    @property
    def is_changed(self) -> bool:
        return bool(self.figures.more or self.figures.less)


def picture_of(replay: PolicyReplay) -> Picture:
    """The figures so far; one query, for the names of customers."""
    figures = Figures.read(replay.figures)
    labels = [f"{hour:02}" for hour in range(24)]
    stacks = [(Share("bad", one.more), Share("good", one.less)) for one in figures.hours]
    kinds = dict(MessageType.choices)
    found = sorted(figures.matches.items(), key=lambda one: -one[1])[:MOST_ROWS]
    return Picture(
        figures=figures,
        hours=stacked_bars(labels, stacks),
        customers=_named(figures.customers.items()),
        types=[(kinds.get(key, key), change) for key, change in figures.types.items()],
        matches=[(text, count, _percent(count, figures.would_stop)) for text, count in found],
    )


def _named(changes: Iterable[tuple[str, Change]]) -> list[tuple[str, Change]]:
    """The customers with the most changes, by name."""
    first = sorted(changes, key=lambda one: -(one[1].more + one[1].less))[:MOST_ROWS]
    names = dict(
        Customer.objects.filter(pk__in=[int(key) for key, _change in first]).values_list(
            "pk", "name"
        )
    )
    return [(names.get(int(key), key), change) for key, change in first]


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
