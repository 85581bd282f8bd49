"""What alarms begin with: a channel that suddenly does worse than in its own period before.

The last hours of a channel are set beside the same number of hours right before them, as far as
reports are due: what was accepted in the last minutes has no outcome yet and does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from messaging.models import ChannelAlarm

from .scorecards import Score, scorecards

WINDOW = timedelta(hours=2)
"""Of this many hours, the present one among them, a channel is judged."""
PERIOD_BEFORE = timedelta(hours=24)
"""The hours right before, which say what is usual."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is usual for a channel, and what is seen now, where that is an alarm."""

    channel_id: int
    measure: str
    usual: float
    seen: float
    messages: int


def find_drops(moment: datetime) -> Iterator[Finding]:
    """Channels that do worse now; those with too few messages in either period are left out."""
    start = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - WINDOW
    recent = _scores(start, start + WINDOW)
    usual = _scores(start - PERIOD_BEFORE, start)
    for channel_id, seen in recent.items():
        before = usual.get(channel_id, Score())
        if min(seen.messages, before.messages) < settings.SMS_DROP_MESSAGES:
            continue
        rate, rate_before = seen.delivery_rate, before.delivery_rate
        if rate is not None and rate_before and rate_before - rate >= settings.SMS_DROP_RATE:
            measure = ChannelAlarm.Measure.DELIVERY_RATE.value
            yield Finding(channel_id, measure, rate_before, rate, seen.messages)
        half, half_before = seen.latency.p50_s, before.latency.p50_s
        if half and half_before and half >= half_before * settings.SMS_DROP_LATENCY:
            measure = ChannelAlarm.Measure.LATENCY.value
            yield Finding(channel_id, measure, half_before, half, seen.messages)


def _scores(start: datetime, end: datetime) -> dict[int, Score]:
    return {card.channel.pk: card.together for card in scorecards(start, end) if card.channel}
