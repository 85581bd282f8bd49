"""The outbox: which status reports are due, what they say, what came of an attempt."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from common.sql import SliceCursor, slice_cursor
from messaging.models import Callback
from messaging.models.ids import live

from .status_report import StatusReport

# LATERAL … LIMIT keeps the planner at index probes, however many callbacks it expects.
_DUE = """
SELECT due.message_id, due.sequence, request.uuid, request.extend, message.recipient,
       message.parts, message.code, part.code, part.source, part.reported_at,
       due.attempts + 1, due.attempts + 1 - due.attempts_before, granted.target_id,
       request.application_id, target.url
FROM unnest(%(targets)s::bigint[], %(counts)s::int[]) AS granted (target_id, count)
CROSS JOIN LATERAL (
    SELECT url FROM messaging_callbacktarget WHERE id = granted.target_id LIMIT 1
) AS target
CROSS JOIN LATERAL (
    SELECT message_id, sequence, attempts, attempts_before FROM messaging_callback
    WHERE state = 0 AND target_id = granted.target_id AND next_attempt_at <= now()
      AND message_id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY next_attempt_at LIMIT granted.count FOR UPDATE SKIP LOCKED
) AS due
CROSS JOIN LATERAL (
    SELECT request_id, recipient, parts, code FROM messaging_message
    WHERE id = due.message_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS message
CROSS JOIN LATERAL (
    SELECT uuid, extend, application_id FROM messaging_sendrequest
    WHERE id = message.request_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS request
LEFT JOIN LATERAL (
    SELECT code, source, reported_at FROM messaging_part
    WHERE message_id = due.message_id AND sequence = due.sequence
      AND message_id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS part ON true
"""

_TAKE = """
UPDATE messaging_callback AS callback
SET next_attempt_at = now() + make_interval(secs => %(lease)s),
    attempts = callback.attempts + 1, attempted_at = now()
FROM unnest(%(messages)s::bigint[], %(sequences)s::smallint[]) AS due (message_id, sequence)
WHERE callback.message_id = due.message_id AND callback.sequence = due.sequence
  AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s
"""

_GIVE_BACK = """
UPDATE messaging_callback AS callback
SET next_attempt_at = now(), attempts = callback.attempts - 1
FROM unnest(%(messages)s::bigint[], %(sequences)s::smallint[], %(numbers)s::smallint[])
     AS unsent (message_id, sequence, number)
WHERE callback.message_id = unsent.message_id AND callback.sequence = unsent.sequence
  AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s
  AND callback.attempts = unsent.number AND callback.state = 0
"""

_RECORD = """
WITH outcome AS (
    SELECT * FROM unnest(
        %(messages)s::bigint[], %(sequences)s::smallint[], %(numbers)s::smallint[],
        %(states)s::smallint[], %(statuses)s::smallint[], %(errors)s::text[],
        %(elapsed)s::int[], %(answers)s::text[], %(waits)s::float8[]
    ) AS outcome (message_id, sequence, number, state, http_status, error, elapsed_ms, answer,
                  wait_s)
), logged AS (
    INSERT INTO messaging_callbackattempt
        (message_id, sequence, number, at, http_status, elapsed_ms, error, answer)
    SELECT message_id, sequence, number,
           clock_timestamp() - make_interval(secs => elapsed_ms / 1000.0),
           http_status, elapsed_ms, error, answer
    FROM outcome
    ON CONFLICT DO NOTHING
)
UPDATE messaging_callback AS callback
SET state = outcome.state, http_status = outcome.http_status, error = outcome.error,
    next_attempt_at = CASE WHEN outcome.wait_s IS NULL THEN callback.next_attempt_at
                           ELSE now() + make_interval(secs => outcome.wait_s) END
FROM outcome
WHERE callback.message_id = outcome.message_id AND callback.sequence = outcome.sequence
  AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s AND callback.state = 0
"""


class Due(Protocol):
    """Something taken for an attempt to push it: a status report, or an uplink."""

    @property
    def message_id(self) -> int: ...

    @property
    def sequence(self) -> int: ...

    @property
    def number(self) -> int:
        """Which attempt this is, of all."""

    @property
    def step(self) -> int:
        """Which attempt this is since it was owed or last replayed: its rung of the ladder."""

    @property
    def target_id(self) -> int: ...

    @property
    def application_id(self) -> int: ...

    @property
    def url(self) -> str: ...

    def form(self) -> dict[str, str]:
        """What the push says."""


@dataclass(frozen=True, slots=True)
class DueCallback(StatusReport):
    """A report taken for an attempt to push it."""

    number: int
    step: int
    target_id: int
    application_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of calling an address: an HTTP status, or an error word when none came."""

    callback: Due
    http_status: int | None
    error: str = ""
    elapsed_ms: int = 0
    answer: str = ""
    """The start of what the receiver answered."""

    @property
    def is_acknowledged(self) -> bool:
        return self.http_status is not None and 200 <= self.http_status < 300


def claim(grants: Mapping[int, int]) -> list[DueCallback]:
    """Take due status reports for an attempt: for each address (id) at most as many as granted.

    Taking moves the next attempt `SMS_CALLBACK_LEASE_S` ahead and counts the attempt, so a worker
    that dies with them gives them back by doing nothing.
    """
    if not grants:
        return []
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(live(_DUE), {"targets": list(grants), "counts": list(grants.values())})
        taken = [DueCallback(*row) for row in cursor.fetchall()]
        take(cursor, taken)
    return taken


def take(cursor: SliceCursor, due: Sequence[Due]) -> None:
    """Lease what was found due and count the attempt, in the transaction that found it."""
    if due:
        keys = {
            "messages": [callback.message_id for callback in due],
            "sequences": [callback.sequence for callback in due],
        }
        cursor.execute(live(_TAKE), keys | {"lease": settings.SMS_CALLBACK_LEASE_S})


def give_back(unsent: Sequence[Due]) -> None:
    """Undo the claim of callbacks that were not sent: they are due, the attempt is not counted."""
    if not unsent:
        return
    with slice_cursor() as cursor:
        cursor.execute(live(_GIVE_BACK), _keys(unsent))


def record_attempts(attempts: Sequence[Attempt]) -> None:
    """Store and log what came of the attempts: delivered, due again by the ladder, or given up.

    Any 2xx acknowledges; 410 ends the attempts at once; else the ladder of ruling 10 decides.
    """
    if not attempts:
        return
    outcomes = [_next(attempt) for attempt in attempts]
    with slice_cursor() as cursor:
        parameters: dict[str, Any] = _keys([attempt.callback for attempt in attempts]) | {
            "states": [state.value for state, _ in outcomes],
            "statuses": [attempt.http_status for attempt in attempts],
            "errors": [attempt.error for attempt in attempts],
            "elapsed": [attempt.elapsed_ms for attempt in attempts],
            "answers": [attempt.answer for attempt in attempts],
            "waits": [wait_s for _, wait_s in outcomes],
        }
        cursor.execute(live(_RECORD), parameters)


def _keys(callbacks: Sequence[Due]) -> dict[str, Any]:
    return {
        "messages": [callback.message_id for callback in callbacks],
        "sequences": [callback.sequence for callback in callbacks],
        "numbers": [callback.number for callback in callbacks],
    }


def _next(attempt: Attempt) -> tuple[Callback.State, float | None]:
    """The state after an attempt, and the seconds to wait when there is a next one."""
    if attempt.is_acknowledged:
        return Callback.State.DELIVERED, None
    ladder = settings.SMS_CALLBACK_LADDER_S
    if attempt.http_status == 410 or attempt.callback.step > len(ladder):
        return Callback.State.GIVEN_UP, None
    spread = settings.SMS_CALLBACK_SPREAD
    wait_s = ladder[attempt.callback.step - 1] * random.uniform(1 - spread, 1 + spread)
    return Callback.State.DUE, wait_s
