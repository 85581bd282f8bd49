"""The outbox of status reports: which are due, what they say, what came of an attempt."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from common.clock import utc_stamp
from common.codes import status_code
from common.sql import only_row, slice_cursor
from messaging.models import Callback
from messaging.models.ids import live
from messaging.models.part import Source

PER_TARGET = 500
"""Callbacks taken for one address at a time, so that no address crowds out the others."""

LEASE_S = 60
"""How long a worker may take for its slice before the rows are due again."""

_CLAIM = """
WITH RECURSIVE target (id) AS (
    (SELECT min(target_id) FROM messaging_callback
     WHERE state = 0 AND next_attempt_at <= now() AND message_id BETWEEN %(floor)s AND %(ceiling)s)
    UNION ALL
    SELECT (SELECT min(target_id) FROM messaging_callback
            WHERE state = 0 AND next_attempt_at <= now() AND target_id > target.id
              AND message_id BETWEEN %(floor)s AND %(ceiling)s)
    FROM target WHERE target.id IS NOT NULL
), due AS (
    SELECT row.message_id, row.sequence FROM target, LATERAL (
        SELECT message_id, sequence FROM messaging_callback
        WHERE state = 0 AND target_id = target.id AND next_attempt_at <= now()
          AND message_id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT %(per_target)s FOR UPDATE SKIP LOCKED
    ) AS row
    WHERE target.id IS NOT NULL LIMIT %(limit)s
), taken AS (
    UPDATE messaging_callback AS callback
    SET next_attempt_at = now() + make_interval(secs => %(lease)s),
        attempts = attempts + 1, attempted_at = now()
    FROM due
    WHERE callback.message_id = due.message_id AND callback.sequence = due.sequence
      AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s
    RETURNING callback.message_id, callback.sequence, callback.target_id, callback.attempts
)
SELECT taken.message_id, taken.sequence, taken.attempts, target.url, request.uuid, request.extend,
       message.recipient, message.parts, message.code, part.code, part.source, part.reported_at
FROM taken
JOIN messaging_callbacktarget AS target ON target.id = taken.target_id
JOIN messaging_message AS message
  ON message.id = taken.message_id AND message.id BETWEEN %(floor)s AND %(ceiling)s
JOIN messaging_sendrequest AS request
  ON request.id = message.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
LEFT JOIN messaging_part AS part
  ON part.message_id = taken.message_id AND part.sequence = taken.sequence
"""

_RECORD = """
UPDATE messaging_callback AS callback
SET state = outcome.state, http_status = outcome.http_status, error = outcome.error,
    next_attempt_at = CASE WHEN outcome.wait_s IS NULL THEN callback.next_attempt_at
                           ELSE now() + make_interval(secs => outcome.wait_s) END
FROM unnest(%(messages)s::bigint[], %(sequences)s::smallint[], %(states)s::smallint[],
            %(statuses)s::smallint[], %(errors)s::text[], %(waits)s::float8[])
     AS outcome (message_id, sequence, state, http_status, error, wait_s)
WHERE callback.message_id = outcome.message_id AND callback.sequence = outcome.sequence
  AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s AND callback.state = 0
"""

_HAS_DUE = """
SELECT EXISTS (
    SELECT FROM messaging_callback
    WHERE state = 0 AND next_attempt_at <= now() AND message_id BETWEEN %(floor)s AND %(ceiling)s
)
"""


@dataclass(frozen=True, slots=True)
class DueCallback:
    """A callback taken for an attempt, with the facts its report is made of."""

    message_id: int
    sequence: int
    attempt: int
    url: str
    request_uuid: UUID
    extend: str
    recipient: str
    parts: int
    message_code: str
    part_code: str | None
    source: int | None
    reported_at: datetime | None

    def form(self) -> dict[str, str]:
        """The fields of the status report, exactly the documented ones (spec data-plane §4.1)."""
        status = self.part_code or self.message_code
        source = self.source or Source.POLICY
        fields = {
            "smsMsgId": f"{self.request_uuid}_{self.message_id}",
            "total": str(self.parts),
            "sequence": str(self.sequence),
            "status": status,
            "statusDesc": status_code(status).description,
            "source": str(int(source)),
        }
        if source == Source.CARRIER and self.reported_at:
            fields["updateTime"] = utc_stamp(self.reported_at)
        if self.extend:
            fields |= {"extend": self.extend, "to": self.recipient}
        return fields


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of calling an address: an HTTP status, or an error word when none came."""

    callback: DueCallback
    http_status: int | None
    error: str = ""

    @property
    def is_acknowledged(self) -> bool:
        return self.http_status is not None and 200 <= self.http_status < 300


def claim_due(*, limit: int) -> list[DueCallback]:
    """Take due callbacks for an attempt, at most `PER_TARGET` for each address.

    Taking moves the next attempt `LEASE_S` ahead and counts the attempt, so a worker that dies
    with them gives them back by doing nothing.
    """
    with slice_cursor() as cursor:
        parameters = {
            "per_target": PER_TARGET,
            "limit": limit,
            "lease": LEASE_S,
        }
        cursor.execute(live(_CLAIM), parameters)
        return [DueCallback(*row) for row in cursor.fetchall()]


def record_attempts(attempts: Sequence[Attempt]) -> None:
    """Store what came of the attempts: delivered, due again by the ladder, or given up.

    Any 2xx acknowledges; 410 ends the attempts at once; else the ladder of ruling 10 decides.
    """
    if not attempts:
        return
    rows = [(attempt, *_next(attempt)) for attempt in attempts]
    with slice_cursor() as cursor:
        parameters: dict[str, Any] = {
            "messages": [attempt.callback.message_id for attempt in attempts],
            "sequences": [attempt.callback.sequence for attempt in attempts],
            "states": [state.value for _, state, _ in rows],
            "statuses": [attempt.http_status for attempt in attempts],
            "errors": [attempt.error for attempt in attempts],
            "waits": [wait_s for _, _, wait_s in rows],
        }
        cursor.execute(live(_RECORD), parameters)


def has_due() -> bool:
    """Whether any callback waits for an attempt right now."""
    with slice_cursor() as cursor:
        cursor.execute(live(_HAS_DUE))
        return bool(only_row(cursor)[0])


def _next(attempt: Attempt) -> tuple[Callback.State, float | None]:
    """The state after an attempt, and the seconds to wait when there is a next one."""
    if attempt.is_acknowledged:
        return Callback.State.DELIVERED, None
    ladder = settings.SMS_CALLBACK_LADDER_S
    if attempt.http_status == 410 or attempt.callback.attempt > len(ladder):
        return Callback.State.GIVEN_UP, None
    spread = settings.SMS_CALLBACK_SPREAD
    wait_s = ladder[attempt.callback.attempt - 1] * random.uniform(1 - spread, 1 + spread)
    return Callback.State.DUE, wait_s
