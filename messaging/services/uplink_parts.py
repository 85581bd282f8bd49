"""Uplinks as carriers hand them over: kept once, and put together when all parts are there."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.utils import timezone

from common.sql import slice_cursor
from messaging.carriers.base import Uplink
from messaging.models import UplinkPart

REPEATS_KNOWN = timedelta(days=3)
"""How long an uplink that comes again is recognised by its carrier id."""

JOINED_AT_ONCE = 500
"""Long uplinks that are put together in one transaction."""

_LONGEST = {"carrier_id": 64, "number": 21}
_MOST_PARTS = 255

_KEEP = """
INSERT INTO messaging_uplinkpart
    (channel_id, carrier_id, sender, channel_number, reference, total, index, text, received_at,
     stored_at)
SELECT %(channel)s, carrier_id, sender, number, reference, total, place, text, received_at, now()
FROM unnest(%(carrier_ids)s::text[], %(senders)s::text[], %(numbers)s::text[],
            %(references)s::int[], %(totals)s::smallint[], %(places)s::smallint[],
            %(texts)s::text[], %(times)s::timestamptz[])
     AS part (carrier_id, sender, number, reference, total, place, text, received_at)
ON CONFLICT DO NOTHING
"""

# The outer condition is asked again of rows that were locked by others meanwhile.
_TAKE = """
WITH ready AS (
    SELECT channel_id, sender, channel_number, reference, total
    FROM messaging_uplinkpart
    WHERE uplink_id IS NULL AND {which}
    GROUP BY channel_id, sender, channel_number, reference, total
    HAVING count(*) >= total {or_else}
    LIMIT %(limit)s
)
SELECT part.id, channel_id, sender, channel_number, reference, total, part.index, part.text,
       part.received_at
FROM messaging_uplinkpart AS part
JOIN ready USING (channel_id, sender, channel_number, reference, total)
WHERE part.uplink_id IS NULL
ORDER BY part.id FOR UPDATE OF part
"""
_TAKE_OF_SENDERS = _TAKE.format(
    which="channel_id = %(channel)s AND sender = ANY(%(senders)s::text[])", or_else=""
)
_TAKE_OVERDUE = _TAKE.format(
    which="true", or_else="OR min(stored_at) <= now() - make_interval(secs => %(wait)s)"
)

_JOINED = """
UPDATE messaging_uplinkpart AS part SET uplink_id = joined.uplink, text = ''
FROM unnest(%(parts)s::bigint[], %(uplinks)s::bigint[]) AS joined (part, uplink)
WHERE part.id = joined.part
"""


class Part(NamedTuple):
    """A part that waits to stand in an uplink."""

    id: int
    channel_id: int
    sender: str
    channel_number: str
    reference: int
    total: int
    place: int
    text: str
    received_at: datetime


class Joined(NamedTuple):
    """An uplink put together; `missing` parts did not come in time and its text lacks them."""

    channel_id: int
    sender: str
    channel_number: str
    body: str
    received_at: datetime
    part_ids: tuple[int, ...]
    missing: int


def keep(channel_id: int, uplinks: Iterable[Uplink]) -> set[str]:
    """Keep what a carrier handed over, not what it handed over before; return the handsets."""
    parts = [_sound(uplink) for uplink in uplinks]
    with slice_cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "channel": channel_id,
                "carrier_ids": [part.carrier_id or None for part in parts],
                "senders": [part.sender for part in parts],
                "numbers": [part.to for part in parts],
                "references": [part.reference for part in parts],
                "totals": [part.total for part in parts],
                "places": [part.index for part in parts],
                "texts": [part.text for part in parts],
                "times": [part.received_at for part in parts],
            },
        )
    return {part.sender for part in parts}


def take_complete(channel_id: int, senders: Collection[str]) -> list[Joined]:
    """Take the complete uplinks of these handsets, locked until the transaction ends."""
    who = {"channel": channel_id, "senders": list(senders), "limit": None}
    return _take(_TAKE_OF_SENDERS, who)


def take_overdue(wait_s: float) -> list[Joined]:
    """Take what is complete or has waited `wait_s` seconds for the rest; locked likewise."""
    return _take(_TAKE_OVERDUE, {"wait": wait_s, "limit": JOINED_AT_ONCE})


def mark_joined(joined: Sequence[Joined], uplink_ids: Sequence[int]) -> None:
    """Note where the parts went; their text stands there and is erased here."""
    pairs = [
        (part_id, uplink_id)
        for one, uplink_id in zip(joined, uplink_ids, strict=True)
        for part_id in one.part_ids
    ]
    with slice_cursor() as cursor:
        parts, uplinks = zip(*pairs, strict=True)
        cursor.execute(_JOINED, {"parts": list(parts), "uplinks": list(uplinks)})


def has_any() -> bool:
    """Whether parts wait for others, or are known for their repetition."""
    return UplinkPart.objects.exists()


def forget_repeats() -> int:
    """Drop parts that stand in an uplink for longer than `REPEATS_KNOWN`; return how many."""
    old = UplinkPart.objects.filter(
        stored_at__lt=timezone.now() - REPEATS_KNOWN, uplink_id__isnull=False
    )
    return old.delete()[0]


def _take(statement: str, parameters: dict[str, Any]) -> list[Joined]:
    with slice_cursor() as cursor:
        cursor.execute(statement, parameters)
        parts = [Part(*row) for row in cursor.fetchall()]
    whole = [_join([part]) for part in parts if part.total == 1]
    long = sorted((part for part in parts if part.total > 1), key=_key)
    return whole + [_join(list(group)) for _, group in groupby(long, key=_key)]


def _key(part: Part) -> tuple[int, str, str, int, int]:
    return part.channel_id, part.sender, part.channel_number, part.reference, part.total


def _join(parts: list[Part]) -> Joined:
    in_order = sorted(parts, key=lambda part: part.place)
    first = in_order[0]
    return Joined(
        channel_id=first.channel_id,
        sender=first.sender,
        channel_number=first.channel_number,
        body="".join(part.text for part in in_order),
        received_at=min(part.received_at for part in parts),
        part_ids=tuple(part.id for part in parts),
        missing=first.total - len(parts),
    )


def _sound(uplink: Uplink) -> Uplink:
    """The uplink as the tables can hold it: nothing a handset sends may stop those behind it."""
    is_long = 1 < uplink.total <= _MOST_PARTS and 1 <= uplink.index <= uplink.total
    return Uplink(
        carrier_id=_clean(uplink.carrier_id)[: _LONGEST["carrier_id"]],
        sender=_clean(uplink.sender)[: _LONGEST["number"]],
        to=_clean(uplink.to)[: _LONGEST["number"]],
        text=_clean(uplink.text),
        received_at=uplink.received_at,
        reference=uplink.reference if is_long else 0,
        total=uplink.total if is_long else 1,
        index=uplink.index if is_long else 1,
    )


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot store: NUL, and half a surrogate pair."""
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
