"""The reports a customer may have pushed again together."""

from dataclasses import dataclass, replace

from common.clock import now
from messaging.models.partitions import LIVE_SPAN

from .callback_log import CallbackSearch, find_reports

MOST_REPLAYED = 10_000
"""Reports that one replay of a filtered set sends again at most."""


@dataclass(frozen=True, slots=True)
class Replayable:
    """What a search finds in the live days; `search` is the search narrowed to them."""

    search: CallbackSearch
    reports: list[tuple[int, int]]
    """(message id, sequence); one more than `MOST_REPLAYED` stands for "more"."""

    @property
    def is_capped(self) -> bool:
        return len(self.reports) > MOST_REPLAYED


def find_replayable(search: CallbackSearch) -> Replayable:
    """The reports of a search that may be pushed again, in one query."""
    narrowed = replace(search, start=max(search.start, now() - LIVE_SPAN))
    return Replayable(narrowed, find_reports(narrowed, limit=MOST_REPLAYED + 1))
