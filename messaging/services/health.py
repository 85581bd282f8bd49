"""How channels are: what carrier processes say of them, and what follows for those who wait.

A channel is down when its process says so, when the process fell silent, and while no process has
ever carried it. All times are the database's, so that clocks of several machines do not matter.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Now

from common.clock import local_day, now
from common.expiring import Expiring
from common.sql import slice_cursor
from customers.models import Customer
from messaging.models import Channel, ChannelHealth, SendRequest
from messaging.models.health import SILENT_AFTER
from messaging.models.ids import first_id
from messaging.models.partitions import LIVE_SPAN

from .backlog import Measurement

ERROR_LENGTH = 200
OUTAGES_KEPT_S = 5.0
"""For how long a process shows a customer the same outage."""


@dataclass(slots=True)
class Counts:
    """What a carrier process did on a channel since it last spoke of it.

    A receipt that overtook its answer is counted as unknown first, and taken back from there when
    it is settled: that figure may be negative here.
    """

    submitted: int = 0
    taken_over: int = 0
    matched: int = 0
    unknown: int = 0
    malformed: int = 0
    duplicate: int = 0

    @property
    def received(self) -> int:
        return self.matched + self.unknown + self.malformed + self.duplicate

    def add(self, other: "Counts") -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A sign of life: how a channel is now, and what happened in the `elapsed_s` before."""

    channel_id: int
    owner: str
    state: ChannelHealth.State
    error: str
    is_throttled: bool
    counts: Counts
    elapsed_s: float


# Whoever has the channel up speaks for it; so does anyone while nobody has.
_SPEAK = """
INSERT INTO messaging_channelhealth AS health
    (channel_id, state, since, error, owner, heartbeat_at, is_throttled, submits_per_s,
     receipts_per_s, submitted, taken_over, matched, unknown, malformed, duplicate)
VALUES (%(channel)s, %(state)s, now(), %(error)s, %(owner)s, now(), %(is_throttled)s,
        %(submits_per_s)s, %(receipts_per_s)s, 0, 0, 0, 0, 0, 0)
ON CONFLICT (channel_id) DO UPDATE
SET state = excluded.state, owner = excluded.owner, heartbeat_at = excluded.heartbeat_at,
    is_throttled = excluded.is_throttled, submits_per_s = excluded.submits_per_s,
    receipts_per_s = excluded.receipts_per_s,
    error = COALESCE(NULLIF(excluded.error, ''), health.error),
    since = CASE
        WHEN health.state = %(up)s AND health.heartbeat_at < now() - %(silent)s
            THEN CASE WHEN excluded.state = %(up)s THEN now() ELSE health.heartbeat_at END
        WHEN (health.state = %(up)s) = (excluded.state = %(up)s) THEN health.since
        ELSE now() END
WHERE excluded.state = %(up)s OR health.state <> %(up)s OR health.owner = excluded.owner
   OR health.heartbeat_at < now() - %(silent)s
"""

_COUNT = """
UPDATE messaging_channelhealth
SET submitted = submitted + %(submitted)s, taken_over = taken_over + %(taken_over)s,
    matched = matched + %(matched)s, unknown = unknown + %(unknown)s,
    malformed = malformed + %(malformed)s, duplicate = duplicate + %(duplicate)s,
    submitted_at = CASE WHEN %(submitted)s > 0 THEN now() ELSE submitted_at END,
    received_at = CASE WHEN %(received)s > 0 THEN now() ELSE received_at END
WHERE channel_id = %(channel)s
"""


def record(beat: Beat) -> None:
    """Store a sign of life; a channel whose row was deleted meanwhile is no error."""
    if not Channel.objects.filter(pk=beat.channel_id).exists():
        return
    elapsed_s = max(beat.elapsed_s, 0.001)
    speech = {
        "channel": beat.channel_id,
        "owner": beat.owner,
        "state": beat.state.value,
        "error": beat.error[:ERROR_LENGTH].replace("\x00", ""),
        "is_throttled": beat.is_throttled,
        "submits_per_s": beat.counts.submitted / elapsed_s,
        "receipts_per_s": beat.counts.received / elapsed_s,
        "up": ChannelHealth.State.UP.value,
        "silent": SILENT_AFTER,
    }
    counts = asdict(beat.counts) | {"received": beat.counts.received, "channel": beat.channel_id}
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(_SPEAK, speech)
        cursor.execute(_COUNT, counts)


def channels() -> QuerySet[Any]:
    """All channels with their health, each with `down_since`, which is None while it is up."""
    down_since = Case(
        When(health=None, then=F("created_at")),
        When(~Q(health__state=ChannelHealth.State.UP), then=F("health__since")),
        When(health__heartbeat_at__lt=Now() - SILENT_AFTER, then=F("health__heartbeat_at")),
        output_field=DateTimeField(null=True),
    )
    return Channel.objects.select_related("health").annotate(down_since=down_since)


def down_channels() -> dict[int, datetime]:
    """Enabled or not: the channels that are down, with the time since when."""
    return dict(channels().filter(down_since__isnull=False).values_list("pk", "down_since"))


def down_too_long() -> dict[int, datetime]:
    """The channels whose fail-over time is over, each with the time when it was."""
    rows = (
        channels()
        .filter(down_since__isnull=False)
        .annotate(moment=Now())
        .values_list("pk", "down_since", "moment", "failover_after_s")
    )
    ends = [
        (pk, since + timedelta(seconds=own_s or settings.SMS_FAILOVER_AFTER_S), moment)
        for pk, since, moment, own_s in rows
    ]
    return {pk: end for pk, end, moment in ends if end <= moment}


def channels_down() -> int:
    """How many enabled channels are down."""
    return channels().filter(is_enabled=True, down_since__isnull=False).count()


def waiting() -> QuerySet[SendRequest]:
    """Requests that no carrier process holds and of which messages wait for one."""
    return SendRequest.objects.filter(
        dispatch=SendRequest.Dispatch.WAITING, id__gte=first_id(local_day(now()) - LIVE_SPAN)
    )


@dataclass(frozen=True, slots=True)
class Outage:
    """What a customer's messages wait for: channels that are down since `since`."""

    since: datetime
    messages: int


def outage(customer: Customer) -> Outage | None:
    """The outage that holds messages of a customer back, None while none does.

    `messages` are those of whole requests: a request that a carrier took a part of before counts
    in full. The answer may be `OUTAGES_KEPT_S` seconds old.
    """
    return _outages.get(customer.pk)


def _load_outage(customer_id: int) -> Outage | None:
    down = _down.get(None)
    if not down:
        return None
    counts: dict[int | None, int] = dict(
        waiting()
        .filter(channel_id__in=down, customer_id=customer_id)
        .values_list("channel_id")
        .annotate(Sum("count"))
    )
    if not counts:
        return None
    return Outage(min(down[pk] for pk in counts if pk is not None), sum(counts.values()))


def _load_down(_: None) -> dict[int, datetime]:
    return down_channels()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a channel: messages of whole requests, and the time of the oldest one."""

    messages: int
    oldest_at: datetime


def backlogs() -> dict[int, Backlog]:
    """What waits, by channel; channels that nothing waits for are left out."""
    rows = waiting().values_list("channel_id").annotate(Sum("count"), Min("created_at"))
    return {pk: Backlog(messages, oldest_at) for pk, messages, oldest_at in rows if pk}


@dataclass(frozen=True, slots=True)
class ChannelOutage:
    """A channel that is down, and how many messages wait for it."""

    channel: Channel
    since: datetime
    messages: int


def channel_outages() -> list[ChannelOutage]:
    """The enabled channels that are down, and others that messages wait for; the first one first.

    A channel that is switched off and that nothing waits for is no outage.
    """
    waits = backlogs()
    rows = channels().filter(Q(is_enabled=True) | Q(pk__in=waits), down_since__isnull=False)
    return [
        ChannelOutage(row, row.down_since, waits[row.pk].messages if row.pk in waits else 0)
        for row in rows.order_by("down_since")
    ]


def measure() -> Iterator[Measurement]:
    """Figures of every channel for Prometheus."""
    waits = backlogs()
    for channel in channels():
        labels = {"channel": channel.name}
        held = waits.get(channel.pk)
        yield Measurement(
            "sms_channel_up",
            "1 while a carrier process has the channel open, else 0.",
            0.0 if channel.down_since else 1.0,
            labels,
        )
        yield Measurement(
            "sms_channel_waiting_messages",
            "Messages waiting for the channel.",
            float(held.messages) if held else 0.0,
            labels,
        )
        if hasattr(channel, "health"):
            yield from _totals(channel.health, labels)


def _totals(row: ChannelHealth, labels: dict[str, str]) -> Iterator[Measurement]:
    yield Measurement(
        "sms_channel_submitted_messages", "Messages submitted so far.", row.submitted, labels
    )
    yield Measurement(
        "sms_channel_taken_over_messages",
        "Messages taken over from a channel that was down, so far.",
        row.taken_over,
        labels,
    )
    for kind in ("matched", "unknown", "malformed", "duplicate"):
        yield Measurement(
            "sms_channel_receipts",
            "Receipts so far, by what they were good for.",
            getattr(row, kind),
            labels | {"kind": kind},
        )


def forget() -> None:
    """Drop what this process remembers of outages."""
    _down.clear()
    _outages.clear()


def _kept_s() -> float:
    return OUTAGES_KEPT_S


_down = Expiring(_load_down, lifetime_s=_kept_s)
_outages = Expiring(_load_outage, lifetime_s=_kept_s)
