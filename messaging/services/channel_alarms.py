"""Channel alarms: begun and ended as channels do worse, are down, or leave messages waiting."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from common.clock import now
from messaging.models import AlarmEmail, ChannelAlarm
from messaging.statistics.alarms import Finding, find_drops

from . import alarm_emails, health

log = structlog.get_logger(__name__)

About = AlarmEmail.About
Measure = ChannelAlarm.Measure


def watch() -> int:
    """Begin alarms of channels, and end those whose cause is gone for `SMS_ALARM_CALM_S`.

    Operations are told of both once, so a channel that comes and goes is one incident. Returns how
    many began. Any number of processes may do it at the same time.
    """
    moment = now()
    found = {(one.channel_id, one.measure): one for one in _findings(moment)}
    began = 0
    with transaction.atomic():
        alarms = ChannelAlarm.objects.select_for_update().filter(ended_at=None)
        is_open = {(alarm.channel_id, alarm.measure): alarm for alarm in alarms}
        for key, alarm in is_open.items():
            _follow(alarm, found.get(key), moment)
        for key in found.keys() - is_open.keys():
            began += _begin(found[key], moment)
    return began


def _findings(moment: datetime) -> Iterator[Finding]:
    yield from find_drops(moment)
    backlogs = health.backlogs()
    for channel in health.channels():
        held = backlogs.get(channel.pk)
        waiting = held.messages if held else 0
        if channel.is_enabled and channel.down_since is not None:
            down_s = (moment - channel.down_since).total_seconds()
            if down_s >= settings.SMS_ALARM_DOWN_S:
                yield Finding(channel.pk, Measure.DOWN.value, 0.0, down_s, waiting)
        if held:
            waits_s = (moment - held.oldest_at).total_seconds()
            if waits_s >= settings.SMS_ALARM_WAITING_S:
                limit_s = float(settings.SMS_ALARM_WAITING_S)
                yield Finding(channel.pk, Measure.WAITING.value, limit_s, waits_s, waiting)


def _follow(alarm: ChannelAlarm, finding: Finding | None, moment: datetime) -> None:
    if finding is not None:
        alarm.seen, alarm.messages, alarm.calm_since = finding.seen, finding.messages, None
    else:
        alarm.calm_since = alarm.calm_since or moment
        if moment - alarm.calm_since >= timedelta(seconds=settings.SMS_ALARM_CALM_S):
            alarm.ended_at = moment
            alarm_emails.owe(alarm, About.ENDED)
            log.info("channel recovered", channel=alarm.channel_id, measure=alarm.measure)
    alarm.save(update_fields=["seen", "messages", "calm_since", "ended_at"])


def _begin(finding: Finding, moment: datetime) -> bool:
    alarm, is_new = ChannelAlarm.objects.get_or_create(
        channel_id=finding.channel_id,
        measure=finding.measure,
        ended_at=None,
        defaults={
            "usual": finding.usual,
            "seen": finding.seen,
            "messages": finding.messages,
            "began_at": moment,
        },
    )
    if is_new:
        alarm_emails.owe(alarm, About.BEGAN)
        log.warning(
            "channel alarm",
            channel=finding.channel_id,
            measure=finding.measure,
            usual=round(finding.usual, 3),
            seen=round(finding.seen, 3),
            messages=finding.messages,
        )
    return is_new
