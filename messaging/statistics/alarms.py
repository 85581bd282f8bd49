"""Alarms: a channel that suddenly does worse than in its own period before.

The last hours of a channel are set beside the same number of hours right before them, as far as
reports are due: what was accepted in the last minutes has no outcome yet and does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from common.clock import now
from messaging.models import ChannelAlarm

from .scorecards import Score, scorecards

log = structlog.get_logger(__name__)

WINDOW = timedelta(hours=2)
"""Of this many hours, the present one among them, a channel is judged."""
PERIOD_BEFORE = timedelta(hours=24)
"""The hours right before, which say what is usual."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What a channel did before, and what it does now, where that is an alarm."""

    channel_id: int
    measure: str
    usual: float
    seen: float
    messages: int


def watch() -> int:
    """Open alarms for channels that dropped, and end those of channels that recovered.

    Returns how many began. Any number of processes may do it at the same time.
    """
    drops = {(drop.channel_id, drop.measure): drop for drop in find_drops(now())}
    moment = now()
    began = 0
    with transaction.atomic():
        alarms = ChannelAlarm.objects.select_for_update().filter(ended_at=None)
        is_open = {(alarm.channel_id, alarm.measure): alarm for alarm in alarms}
        for key, alarm in is_open.items():
            if key in drops:
                alarm.seen, alarm.messages = drops[key].seen, drops[key].messages
            else:
                alarm.ended_at = moment
                log.info("channel recovered", channel=alarm.channel_id, measure=alarm.measure)
            alarm.save(update_fields=["seen", "messages", "ended_at"])
        for key in drops.keys() - is_open.keys():
            began += _begin(drops[key], moment)
    return began


def find_drops(moment: datetime) -> Iterator[Drop]:
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
            yield Drop(channel_id, measure, rate_before, rate, seen.messages)
        half, half_before = seen.latency.p50_s, before.latency.p50_s
        if half and half_before and half >= half_before * settings.SMS_DROP_LATENCY:
            measure = ChannelAlarm.Measure.LATENCY.value
            yield Drop(channel_id, measure, half_before, half, seen.messages)


def _scores(start: datetime, end: datetime) -> dict[int, Score]:
    return {card.channel.pk: card.together for card in scorecards(start, end) if card.channel}


def _begin(drop: Drop, moment: datetime) -> bool:
    _alarm, is_new = ChannelAlarm.objects.get_or_create(
        channel_id=drop.channel_id,
        measure=drop.measure,
        ended_at=None,
        defaults={
            "usual": drop.usual,
            "seen": drop.seen,
            "messages": drop.messages,
            "began_at": moment,
        },
    )
    if is_new:
        log.warning(
            "channel dropped",
            channel=drop.channel_id,
            measure=drop.measure,
            usual=round(drop.usual, 3),
            seen=round(drop.seen, 3),
            messages=drop.messages,
        )
    return is_new
