"""The messages of a claimed slice that are another channel's: found in one pass, handed on.

A request goes from channel to channel. Each submits what is its own and hands the rest on, so that
a message is submitted over one channel, however many its request has. Every channel makes the same
decision about a message but for what it knows of others that are down; as it counts itself as up
and all follow the same order, no request goes in a circle.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from messaging.models import SendRequest
from messaging.models.ids import live

from . import routing
from .compose import Row
from .number_carriers import carrier_of
from .routing import Plan, Way


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides about the messages of a request, besides their recipients."""

    sender: str
    type: str
    source: int


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows that are a channel's own, and where the requests of the others go next.

    `shared` are the requests with rows of both kinds.
    """

    own: list[Row]
    onward: dict[int, int] = field(default_factory=dict)
    shared: frozenset[int] = frozenset()

    @property
    def away(self) -> dict[int, int]:
        """The requests without a row of the channel's own, and where they go."""
        return {pk: channel for pk, channel in self.onward.items() if pk not in self.shared}


def sort(*, channel_id: int, kinds: Mapping[int, Kind], rows: Sequence[Row]) -> Sorted:
    """Sort the waiting messages of claimed requests; `kinds` by request id.

    Messages of the platform itself, and those of requests that were accepted for a channel outside
    of their plan, stay where they are.
    """
    if not routing.has_splits():
        return Sorted(list(rows))
    plans = {pk: plan for pk, kind in kinds.items() if (plan := _split(kind, channel_id))}
    if not plans:
        return Sorted(list(rows))
    down = routing.down() - {channel_id}
    ways: dict[tuple[int, str], Way] = {}
    own: list[Row] = []
    elsewhere: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        request_id, message_id, recipient, _ = row
        if request_id not in plans:
            own.append(row)
            continue
        key = (request_id, carrier_of(recipient))
        way = ways.get(key)
        if way is None:
            way = ways[key] = plans[request_id].ways[key[1]]
        chosen = way.choose(message_id, down)
        if chosen == channel_id:
            own.append(row)
        else:
            elsewhere[request_id][chosen] += 1
    kept = {row[0] for row in own}
    return Sorted(
        own,
        {pk: _next(counts, down) for pk, counts in elsewhere.items()},
        frozenset(kept & elsewhere.keys()),
    )


def _split(kind: Kind, channel_id: int) -> Plan | None:
    if kind.source == SendRequest.Source.PLATFORM:
        return None
    plan = routing.plan(kind.sender, kind.type)
    return plan if plan and plan.is_split and channel_id in plan.channels else None


def _next(counts: Counter[int], down: frozenset[int]) -> int:
    """The channel with most of the messages, of those that are up where one is."""
    return min(counts, key=lambda channel: (channel in down, -counts[channel], channel))


_HAND_ON = """
UPDATE messaging_sendrequest AS request
SET channel_id = onward.channel_id, sorted_at = now(), dispatch = 0, leased_by = '',
    leased_until = NULL
FROM unnest(%(requests)s::bigint[], %(channels)s::bigint[]) AS onward (id, channel_id)
WHERE request.id = onward.id AND request.id BETWEEN %(floor)s AND %(ceiling)s
  AND request.channel_id = %(channel)s::bigint AND request.written_through IS NULL
  AND (request.dispatch = 0 OR request.dispatch = 1 AND request.leased_by = %(owner)s::text)
"""


def hand_on(
    cursor: psycopg.Cursor[Any], *, channel_id: int, owner: str, onward: Mapping[int, int]
) -> None:
    """Let requests wait for their next channel: claimed ones of `owner`, or those that wait."""
    cursor.execute(
        live(_HAND_ON),
        {
            "channel": channel_id,
            "owner": owner,
            "requests": list(onward),
            "channels": list(onward.values()),
        },
    )
