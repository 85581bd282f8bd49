"""How channels did: what arrived, how late and how much, by recipient's carrier and type.

Only messages that went over a channel and have their final report count: what is under way has
no outcome, and what a rule stopped went nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from common.sql import slice_cursor
from messaging.models import Channel
from messaging.models.ids import live

from . import counting
from .filters import Filters
from .folding import FOLDED_LATE, NO_JIT
from .latency import Percentiles, add_steps, percentiles, steps_of, sums_of
from .outcomes import Outcome, outcome_of

_SCORES = """
WITH pending AS ({pending})
SELECT channel_id, {at}, place >> 5, type, code, reported_by, sum(messages)::bigint, {sums},
       NULL::integer
FROM (
    SELECT hour, channel_id, place, type, code, reported_by, messages, transit
    FROM messaging_hourlyfigure WHERE hour >= %(hours)s AND hour < %(end)s
    UNION ALL
    SELECT day, channel_id, place, type, code, reported_by, messages, transit
    FROM messaging_dailyfigure WHERE day >= %(start)s AND day < %(hours)s
) AS figure
WHERE channel_id <> 0
GROUP BY channel_id, {at}, place >> 5, type, code, reported_by
UNION ALL
SELECT channel_id, {at}, place >> 5, type, code, reported_by, sum(messages), NULL::bigint[], transit
FROM pending
WHERE hour >= %(start)s AND hour < %(end)s AND channel_id <> 0
GROUP BY channel_id, {at}, place >> 5, type, code, reported_by, transit
""".replace("{pending}", counting.of_tallies("messaging_tally")).replace(
    "{sums}", sums_of("transit")
)


@dataclass(slots=True)
class Score:
    """What became of messages that went over a channel."""

    messages: int = 0
    delivered: int = 0
    terminal: int = 0
    steps: dict[int, int] = field(default_factory=dict)

    @property
    def delivery_rate(self) -> float | None:
        """The share that arrived of all with a report."""
        return self.delivered / self.messages if self.messages else None

    @property
    def terminal_rate(self) -> float | None:
        """The share that a handset or a number was the cause of, not the channel."""
        return self.terminal / self.messages if self.messages else None

    @property
    def latency(self) -> Percentiles:
        """From the submission to the carrier until the report."""
        return percentiles(self.steps)

    def count(self, outcome: Outcome, messages: int, steps: Mapping[int, int]) -> None:
        self.messages += messages
        if outcome is Outcome.SUCCESS:
            self.delivered += messages
        elif outcome is Outcome.TERMINAL:
            self.terminal += messages
        add_steps(self.steps, steps)


@dataclass(slots=True)
class Scorecard:
    """A channel's scores: together, by hour or day, and by carrier and type."""

    channel: Channel | None
    """None for one that was deleted."""
    together: Score = field(default_factory=Score)
    times: dict[datetime, Score] = field(default_factory=dict)
    kinds: dict[tuple[int, str], Score] = field(default_factory=dict)

    @property
    def busiest_hour(self) -> int:
        """The messages of the hour, or day, with the most of them."""
        return max((score.messages for score in self.times.values()), default=0)


def scorecards(start: datetime, end: datetime, *, is_daily: bool = False) -> list[Scorecard]:
    """The channels that carried messages accepted from `start` up to `end`, the busiest first."""
    channels: Mapping[Any, Channel] = Channel.objects.in_bulk()
    cards: dict[int, Scorecard] = {}
    for channel_id, at, carrier, type_, code, reported_by, messages, histogram, step in _rows(
        start, end, is_daily=is_daily
    ):
        card = cards.setdefault(channel_id, Scorecard(channels.get(channel_id)))
        kind = carrier, type_
        outcome = outcome_of(code, reported_by)
        steps = steps_of(histogram) if step is None else {step: messages}
        for score in (
            card.together,
            card.times.setdefault(at, Score()),
            card.kinds.setdefault(kind, Score()),
        ):
            score.count(outcome, messages, steps)
    return sorted(cards.values(), key=lambda card: -card.together.messages)


def _rows(start: datetime, end: datetime, *, is_daily: bool) -> list[tuple[Any, ...]]:
    at = "date_trunc('day', hour, %(zone)s)" if is_daily else "hour"
    period = Filters(customer_id=None, start=start, end=end)
    hours = period.whole_days_end if is_daily else start
    parameters = {"start": start, "end": end, "hours": hours, "zone": settings.SMS_TIME_ZONE}
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(NO_JIT)
        cursor.execute(live(_SCORES.replace("{at}", at), FOLDED_LATE), parameters)
        return cursor.fetchall()
