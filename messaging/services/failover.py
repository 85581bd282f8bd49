"""Messages whose channel is down go over another channel of their route, if none was written.

Whatever may have been written stays where it is: parts keep the channel they were submitted on,
and requests that a process announced wait for their own channel to come back (invariant 4). So a
request may have been submitted over two channels, but no message of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import transaction

from common.sql import slice_cursor
from messaging.models.ids import live

from . import health, routing
from .doorbell import ring_carrier

log = structlog.get_logger(__name__)

SLICE = 1000

# Claimed and never announced by a process that is gone: surely not written (dispatch.announce).
_FREE = """
UPDATE messaging_sendrequest SET dispatch = 0, leased_by = '', leased_until = NULL
WHERE dispatch = 1 AND channel_id = ANY(%(down)s) AND leased_until < now()
  AND written_through IS NULL AND id BETWEEN %(floor)s AND %(ceiling)s
"""

_WAITING = """
SELECT DISTINCT channel_id, sender, type FROM messaging_sendrequest
WHERE dispatch = 0 AND channel_id = ANY(%(down)s) AND id BETWEEN %(floor)s AND %(ceiling)s
"""

# What was sorted since a channel counts as down stayed with it because no other one carries it.
_MOVE = """
WITH stranded AS (
    SELECT request.id FROM messaging_sendrequest AS request
    JOIN unnest(
        %(channels)s::bigint[], %(senders)s::text[], %(types)s::text[], %(since)s::timestamptz[]
    ) AS kind (channel_id, sender, type, since)
        ON kind.channel_id = request.channel_id AND kind.sender = request.sender
        AND kind.type = request.type
    WHERE request.dispatch = 0 AND request.channel_id = ANY(%(down)s)
      AND COALESCE(request.sorted_at < kind.since, true)
      AND request.id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY request.priority, request.id LIMIT %(slice)s
    FOR UPDATE OF request SKIP LOCKED
)
UPDATE messaging_sendrequest AS request SET channel_id = %(to)s
FROM stranded
WHERE request.id = stranded.id AND request.dispatch = 0
  AND request.id BETWEEN %(floor)s AND %(ceiling)s
RETURNING request.count
"""

KNOWN_AFTER = timedelta(seconds=10)
"""So long after a channel counts as down every process knows it (routing.DOWN_KEPT_S)."""


class Stranded(NamedTuple):
    """What waits for a channel that is down, by what its routes are chosen by."""

    channel_id: int
    sender: str
    type: str


def fail_over(*, to_channel_id: int) -> int:
    """Take what waits for channels that are down too long and share a route with this one.

    For the process that has this channel open; any number of them may do it at the same time, and
    of two that meet one takes a request. Returns how many messages the requests hold.
    """
    since = health.down_too_long()
    down = sorted(since.keys() & routing.partners(to_channel_id))
    if not down:
        return 0
    kinds = [one for one in _free(down) if _may_take(one, to_channel_id, since)]
    moved = 0
    while kinds and (counts := _move(kinds, since, to_channel_id)):
        moved += sum(counts)
        if len(counts) < SLICE:
            break
    if moved:
        log.warning(
            "messages go over another channel",
            from_channels=down,
            to_channel=to_channel_id,
            messages=moved,
        )
    return moved


def _free(down: Sequence[int]) -> list[Stranded]:
    with slice_cursor() as cursor:
        cursor.execute(live(_FREE), {"down": list(down)})
        cursor.execute(live(_WAITING), {"down": list(down)})
        return [Stranded(*row) for row in cursor.fetchall()]


def _may_take(kind: Stranded, channel_id: int, down: Mapping[int, datetime]) -> bool:
    plan = routing.plan(kind.sender, kind.type)
    return plan is not None and plan.stands_in(channel_id, of=kind.channel_id, down=down.keys())


def _move(
    kinds: Sequence[Stranded], since: Mapping[int, datetime], to_channel_id: int
) -> list[int]:
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(
            live(_MOVE),
            {
                "down": sorted({kind.channel_id for kind in kinds}),
                "channels": [kind.channel_id for kind in kinds],
                "senders": [kind.sender for kind in kinds],
                "types": [kind.type for kind in kinds],
                "since": [since[kind.channel_id] + KNOWN_AFTER for kind in kinds],
                "to": to_channel_id,
                "slice": SLICE,
            },
        )
        counts = [count for (count,) in cursor.fetchall()]
        if counts:
            transaction.on_commit(ring_carrier)
    return counts
