"""Hand messages to carriers, in slices: claim, announce, record; and take over from the dead.

A carrier process leases whole requests. Before bytes are written it announces how far it will
write (`written_through`), so that after a crash the messages above that mark are surely unsent and
those below it are resolved with the carrier, never repeated blindly (invariant 4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.db import transaction

from common.sql import slice_cursor
from messaging.carriers.base import Answer, Recollection, Submission
from messaging.models import Message
from messaging.models.ids import live
from messaging.models.part import Source
from messaging.statistics import tally

from .compose import Row, Shared, submissions
from .doorbell import ring_callbacks, ring_carrier
from .expire import expire_requests, lifetimes_s
from .report import settle_early_receipts
from .sorting import Kind, Sorted, hand_on, sort

CLAIM_REQUESTS = 200
"""Requests looked at per claim; with single-number requests this is the size of a slice."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Requests leased together, and the messages of them that wait for this channel.

    `onward` says where requests go next that have messages of other channels; `partial` names the
    messages of this slice for each request that has any of those.
    """

    request_ids: list[int]
    submissions: list[Submission]
    onward: dict[int, int] = field(default_factory=dict)
    partial: dict[int, list[int]] = field(default_factory=dict)


_CLAIM = """
WITH candidate AS (
    SELECT id, priority, count FROM messaging_sendrequest
    WHERE dispatch = 0 AND channel_id = %(channel)s AND id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY priority, id LIMIT %(requests)s FOR UPDATE SKIP LOCKED
), chosen AS (
    SELECT id FROM (
        SELECT id, count, sum(count) OVER (ORDER BY priority, id) AS together FROM candidate
    ) AS counted WHERE together = count OR together <= %(messages)s
), leased AS (
    UPDATE messaging_sendrequest AS request
    SET dispatch = 1, leased_by = %(owner)s,
        leased_until = now() + make_interval(secs => %(lease)s)
    FROM chosen WHERE request.id = chosen.id AND request.id BETWEEN %(floor)s AND %(ceiling)s
    RETURNING request.*
)
SELECT leased.id, leased.count,
       COALESCE(created_at < now() - make_interval(
           secs => (%(lifetimes)s::float8[])[leased.priority]), false),
       leased.type, leased.source, leased.sender, leased.signature_name,
       leased.template_version_id, leased.variables
FROM leased ORDER BY leased.priority, leased.id
"""

# Ids one by one, not as ranges: the planner takes a join on ranges for a ninth of the table.
_WAITING = """
SELECT request_id, id, recipient, variables FROM messaging_message
WHERE id = ANY(%(ids)s::bigint[]) AND id BETWEEN %(lowest)s AND %(highest)s
  AND id BETWEEN %(floor)s AND %(ceiling)s AND state = 0
ORDER BY id
"""


def claim(*, channel_id: int, owner: str, messages: int) -> Slice | None:
    """Lease waiting requests of a channel, at most `messages` messages; None when none wait.

    Requests come by priority, then by age. One that is larger than `messages` comes alone and
    waits again for the rest when the slice is recorded. Messages that waited longer than the
    lifetime of their kind expire instead of being submitted. Requests without a message of this
    channel are handed on to the one they have messages for.
    """
    with slice_cursor() as cursor:
        cursor.execute(
            live(_CLAIM),
            {
                "channel": channel_id,
                "messages": messages,
                "requests": min(CLAIM_REQUESTS, messages),
                "lifetimes": lifetimes_s(),
            }
            | _lease(owner),
        )
        requests = cursor.fetchall()
        if not requests:
            return None
        late = [(first, first + count - 1) for first, count, is_late, *_ in requests if is_late]
        if late:
            expire_requests(late)
        timely = [row for row in requests if not row[2]]
        rows = _waiting(cursor, [(first, first + count - 1) for first, count, *_ in timely])
        kinds = {
            first: Kind(sender, type_, source) for first, _, _, type_, source, sender, *_ in timely
        }
        found = sort(channel_id=channel_id, kinds=kinds, rows=rows)
        if away := found.away:
            hand_on(cursor, channel_id=channel_id, owner=owner, onward=away)
    if away:
        ring_carrier()
    by_id = {first: Shared(*shared) for first, _, _, _, _, *shared in timely if first not in away}
    return _slice(by_id, found, messages)


def _slice(by_id: Mapping[int, Shared], found: Sorted, messages: int) -> Slice:
    own = found.own[:messages]
    partial: dict[int, list[int]] = {pk: [] for pk in found.shared}
    for request_id, message_id, *_ in own:
        if request_id in partial:
            partial[request_id].append(message_id)
    is_cut = len(own) < len(found.own)  # then all are of one request, which stays for its rest
    onward = {} if is_cut else {pk: found.onward[pk] for pk in found.shared}
    return Slice(list(by_id), submissions(by_id, own), onward, partial)


_ANNOUNCE = """
UPDATE messaging_sendrequest
SET written_through = LEAST(id + count - 1, %(last)s), announced = NULL,
    leased_until = now() + make_interval(secs => %(lease)s)
WHERE id = ANY(%(requests)s) AND id BETWEEN %(floor)s AND %(ceiling)s
  AND dispatch = 1 AND leased_by = %(owner)s
"""

_ANNOUNCE_SOME = """
UPDATE messaging_sendrequest AS request SET announced = partial.ids::bigint[]
FROM unnest(%(requests)s::bigint[], %(ids)s::text[]) AS partial (id, ids)
WHERE request.id = partial.id AND request.id BETWEEN %(floor)s AND %(ceiling)s
  AND dispatch = 1 AND leased_by = %(owner)s
"""

_RENEW = """
UPDATE messaging_sendrequest SET leased_until = now() + make_interval(secs => %(lease)s)
WHERE dispatch = 1 AND leased_by = %(owner)s AND id BETWEEN %(floor)s AND %(ceiling)s
"""


_RELEASE = """
UPDATE messaging_sendrequest SET dispatch = 0, leased_by = '', leased_until = NULL
WHERE dispatch = 1 AND leased_by = %(owner)s AND written_through IS NULL
  AND id BETWEEN %(floor)s AND %(ceiling)s
"""


def release(*, owner: str) -> None:
    """Let requests wait again that were claimed and never announced."""
    with slice_cursor() as cursor:
        cursor.execute(live(_RELEASE), {"owner": owner})


def announce(*, slice_: Slice, owner: str) -> bool:
    """Renew the lease and record that all of the slice may be written now.

    False when the lease was lost meanwhile: nothing of the slice may be written then.
    """
    requests = slice_.request_ids
    last = max((one.message_id for one in slice_.submissions), default=0)
    announced = {"requests": requests, "last": last} | _lease(owner)
    if not slice_.partial:
        with slice_cursor() as cursor:
            cursor.execute(live(_ANNOUNCE), announced)
            return cursor.rowcount == len(requests)
    some = {
        "requests": list(slice_.partial),
        "ids": [f"{{{','.join(map(str, ids))}}}" for ids in slice_.partial.values()],
        "owner": owner,
    }
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(live(_ANNOUNCE), announced)
        is_ours = cursor.rowcount == len(requests)
        cursor.execute(live(_ANNOUNCE_SOME), some)
        return is_ours


def renew(*, owner: str) -> None:
    """Lengthen the leases that a living process holds."""
    with slice_cursor() as cursor:
        cursor.execute(live(_RENEW), _lease(owner))


_RECORD_PARTS = """
INSERT INTO messaging_part (message_id, sequence, channel_id, carrier_id)
SELECT message_id, sequence, %(channel)s, carrier_id
FROM unnest(%(messages)s::bigint[], %(sequences)s::smallint[], %(carrier_ids)s::text[])
     AS part (message_id, sequence, carrier_id)
ON CONFLICT DO NOTHING
"""

_RECORD_STATE = """
UPDATE messaging_message SET state = %(state)s, submitted_at = now()
WHERE id = ANY(%(messages)s::bigint[]) AND id BETWEEN %(floor)s AND %(ceiling)s
  AND state < %(state)s
"""

_RECORD_REFUSED = """
WITH refused AS (
    UPDATE messaging_message AS message
    SET state = %(failed)s, code = answer.code, parts_open = 0, submitted_at = now(),
        finished_at = now()
    FROM unnest(%(messages)s::bigint[], %(codes)s::text[]) AS answer (id, code)
    WHERE message.id = answer.id AND message.id BETWEEN %(floor)s AND %(ceiling)s
      AND message.state < %(first_final)s
    RETURNING message.id, message.request_id, message.parts, message.code
), {tally}, part AS (
    INSERT INTO messaging_part
        (message_id, sequence, channel_id, carrier_id, code, source, reported_at)
    SELECT id, generate_series(1, parts), %(channel)s, '', code, %(source)s, now() FROM refused
    ON CONFLICT DO NOTHING
), event AS (
    INSERT INTO messaging_reportevent (application_id, message_id, sequence)
    SELECT request.application_id, refused.id, generate_series(1, refused.parts)
    FROM refused JOIN messaging_sendrequest AS request ON request.id = refused.request_id
    WHERE request.id BETWEEN %(floor)s AND %(ceiling)s
)
INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
SELECT refused.id, generate_series(1, refused.parts), request.target_id, now()
FROM refused JOIN messaging_sendrequest AS request ON request.id = refused.request_id
WHERE request.target_id IS NOT NULL AND request.id BETWEEN %(floor)s AND %(ceiling)s
ON CONFLICT DO NOTHING
""".replace("{tally}", tally.finished("refused", channel="%(channel)s::bigint"))


# Only where something may remain is it looked for.
_END_LEASE = """
UPDATE messaging_sendrequest AS request
SET dispatch = CASE
        WHEN NOT %(throttled)s AND announced IS NULL
             AND COALESCE(written_through, id - 1) = id + count - 1 THEN 2
        WHEN EXISTS (
            SELECT FROM messaging_message AS message
            WHERE message.id BETWEEN request.id AND request.id + request.count - 1
              AND message.id BETWEEN %(floor)s AND %(ceiling)s AND message.state = 0
        ) THEN 0 ELSE 2 END,
    written_through = NULL, leased_by = '', leased_until = NULL
WHERE id = ANY(%(requests)s) AND id BETWEEN %(floor)s AND %(ceiling)s AND leased_by = %(owner)s
"""


def record(
    *,
    channel_id: int,
    owner: str,
    answers: Sequence[Answer],
    request_ids: Sequence[int],
    onward: Mapping[int, int] | None = None,
) -> int:
    """Store the carrier's answers and end the lease of the requests, in one transaction.

    Messages without an answer become *unknown* and wait for their receipt; those the carrier
    throttled, and those of a large request that were not in the slice, wait for their next turn;
    requests in `onward` wait for the channel that is next. Afterwards receipts that overtook
    their answer are settled; returns how many.
    """
    lease = {
        "requests": list(request_ids),
        "owner": owner,
        "throttled": any(answer.is_throttled for answer in answers),
    }
    with transaction.atomic(), slice_cursor() as cursor:
        carrier_ids = _record_answers(cursor, channel_id, answers)
        cursor.execute(live(_END_LEASE), lease)
        if onward:
            hand_on(cursor, channel_id=channel_id, owner=owner, onward=onward)
            transaction.on_commit(ring_carrier)
    return settle_early_receipts(channel_id=channel_id, carrier_ids=carrier_ids)


_TAKE_OVER = """
UPDATE messaging_sendrequest
SET leased_by = %(owner)s, leased_until = now() + make_interval(secs => %(lease)s)
WHERE dispatch = 1 AND channel_id = %(channel)s AND leased_until < now()
  AND id BETWEEN %(floor)s AND %(ceiling)s
RETURNING id, COALESCE(written_through, id - 1), announced
"""

_RESOLVE = """
UPDATE messaging_sendrequest AS request
SET dispatch = CASE WHEN EXISTS (
        SELECT FROM messaging_message AS message
        WHERE message.id BETWEEN request.id AND request.id + request.count - 1
          AND message.id BETWEEN %(floor)s AND %(ceiling)s AND message.state = 0
    ) THEN 0 ELSE 2 END,
    written_through = NULL, leased_by = '', leased_until = NULL
WHERE dispatch = 1 AND channel_id = %(channel)s AND leased_by = %(owner)s
  AND id BETWEEN %(floor)s AND %(ceiling)s
"""


def take_over(*, channel_id: int, owner: str) -> list[int] | None:
    """Lease anew the requests of this channel whose process let the lease run out.

    Returns the ids of their messages that may have been written, None when there is no such
    request; the caller asks the carrier about them and then calls `resolve`.
    """
    with slice_cursor() as cursor:
        cursor.execute(live(_TAKE_OVER), {"channel": channel_id} | _lease(owner))
        taken = cursor.fetchall()
        if not taken:
            return None
        some = {first: frozenset(ids) for first, _, ids in taken if ids is not None}
        return [
            message_id
            for request_id, message_id, *_ in _waiting(cursor, [run[:2] for run in taken])
            if request_id not in some or message_id in some[request_id]
        ]


def resolve(
    *, channel_id: int, owner: str, doubtful: Sequence[int], recollection: Recollection
) -> int:
    """End a take-over: what the carrier has is recorded, what it never got waits again.

    A doubtful message of which the carrier can say neither becomes *unknown*. Returns how many
    receipts had come before.
    """
    answered = {answer.message_id for answer in recollection.answers}
    unknown = [
        Answer(message_id)
        for message_id in doubtful
        if message_id not in answered and message_id not in recollection.unseen
    ]
    with transaction.atomic(), slice_cursor() as cursor:
        carrier_ids = _record_answers(cursor, channel_id, [*recollection.answers, *unknown])
        cursor.execute(live(_RESOLVE), {"channel": channel_id, "owner": owner})
    return settle_early_receipts(channel_id=channel_id, carrier_ids=carrier_ids)


def _record_answers(
    cursor: psycopg.Cursor[Any], channel_id: int, answers: Sequence[Answer]
) -> list[str]:
    accepted = [answer for answer in answers if answer.carrier_ids]
    refused = [answer for answer in answers if answer.error]
    unknown = [answer.message_id for answer in answers if answer.is_unknown]
    parts = [
        (answer.message_id, sequence, carrier_id)
        for answer in accepted
        for sequence, carrier_id in enumerate(answer.carrier_ids, start=1)
    ]
    carrier_ids = [carrier_id for _, _, carrier_id in parts]
    if accepted:
        columns = {
            "channel": channel_id,
            "messages": [message_id for message_id, _, _ in parts],
            "sequences": [sequence for _, sequence, _ in parts],
            "carrier_ids": carrier_ids,
        }
        cursor.execute(_RECORD_PARTS, columns)
        submitted = [answer.message_id for answer in accepted]
        _record_state(cursor, Message.State.SUBMITTED, submitted)
    if unknown:
        _record_state(cursor, Message.State.UNKNOWN, unknown)
    if refused:
        columns = {
            "channel": channel_id,
            "messages": [answer.message_id for answer in refused],
            "codes": [answer.error for answer in refused],
            "failed": Message.State.FAILED.value,
            "first_final": Message.FIRST_FINAL.value,
            "source": Source.CARRIER.value,
        }
        cursor.execute(live(_RECORD_REFUSED), columns)
        transaction.on_commit(ring_callbacks)
    return carrier_ids


def _record_state(
    cursor: psycopg.Cursor[Any], state: Message.State, message_ids: list[int]
) -> None:
    cursor.execute(live(_RECORD_STATE), {"state": state.value, "messages": message_ids})


def _lease(owner: str) -> dict[str, Any]:
    return {"owner": owner, "lease": settings.SMS_LEASE_S}


def _waiting(cursor: psycopg.Cursor[Any], runs: Iterable[tuple[int, int]]) -> list[Row]:
    """The messages that wait, of runs of ids given by their first and last one."""
    ids = [message_id for first, last in runs for message_id in range(first, last + 1)]
    if not ids:
        return []
    cursor.execute(live(_WAITING), {"ids": ids, "lowest": min(ids), "highest": max(ids)})
    return cursor.fetchall()
