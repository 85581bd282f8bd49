"""Which callback addresses may be called now: the circuit breaker of every address.

The breaker stands in the address's row, so all workers share it. After `FAILURES_TO_OPEN` attempts
in a row without an answer of a living receiver the circuit is open: nothing is sent there for
`OPEN_S`, then one callback is tried (half-open). Its answer closes the circuit, its failure opens
it for twice as long, up to `OPEN_CAP_S`. What is due to an open address stays due and uses up no
attempt.
"""

from collections.abc import Collection
from dataclasses import dataclass

from common.outbound import Answer
from common.sql import slice_cursor
from messaging.models.ids import live

FAILURES_TO_OPEN = 5
OPEN_S = 5.0
OPEN_CAP_S = 60.0
PROBE_S = 10.0
"""How long the worker that tries a half-open address keeps the others from trying it, too."""

_CALLABLE = """
WITH RECURSIVE owed (target_id) AS (
    (SELECT min(target_id) FROM messaging_callback
     WHERE state = 0 AND target_id > %(after)s AND message_id BETWEEN %(floor)s AND %(ceiling)s)
    UNION ALL
    SELECT (SELECT min(target_id) FROM messaging_callback
            WHERE state = 0 AND target_id > owed.target_id
              AND message_id BETWEEN %(floor)s AND %(ceiling)s)
    FROM owed WHERE owed.target_id IS NOT NULL
)
SELECT target.id, target.customer_id, target.kind, target.open_until IS NOT NULL
FROM owed
CROSS JOIN LATERAL (
    SELECT id, customer_id, kind, open_until FROM messaging_callbacktarget
    WHERE id = owed.target_id AND (open_until IS NULL OR open_until <= now()) LIMIT 1
) AS target
CROSS JOIN LATERAL (
    SELECT FROM messaging_callback
    WHERE state = 0 AND target_id = target.id AND next_attempt_at <= now()
      AND message_id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY next_attempt_at LIMIT 1
) AS due
LIMIT %(limit)s
"""

_WIN_PROBES = """
UPDATE messaging_callbacktarget SET open_until = now() + make_interval(secs => %(probe)s)
WHERE id IN (
    SELECT id FROM messaging_callbacktarget
    WHERE id = ANY(%(targets)s) AND open_until <= now() ORDER BY id FOR UPDATE SKIP LOCKED
)
RETURNING id
"""

_NOTE = """
WITH target AS (
    SELECT id, failures, trips, open_until, is_alive, failed, is_probe,
           target.failures + seen.failed >= %(to_open)s
               AND (target.open_until IS NULL OR seen.is_probe) AS is_tripped
    FROM messaging_callbacktarget AS target
    JOIN unnest(%(targets)s::bigint[], %(alive)s::boolean[], %(failed)s::int[],
                %(probes)s::boolean[]) AS seen (target_id, is_alive, failed, is_probe)
      ON target.id = seen.target_id
    WHERE NOT seen.is_alive OR target.failures > 0 OR target.open_until IS NOT NULL
    ORDER BY id FOR UPDATE OF target
)
UPDATE messaging_callbacktarget AS row
SET failures = CASE WHEN is_alive THEN 0
                    ELSE LEAST(target.failures + failed, 30000) END,
    trips = CASE WHEN is_alive THEN 0 WHEN is_tripped THEN LEAST(target.trips + 1, 20)
                 ELSE target.trips END,
    open_until = CASE WHEN is_alive THEN NULL
                      WHEN is_tripped THEN now() + make_interval(
                          secs => LEAST(%(cap)s, %(open)s * power(2, target.trips)))
                      ELSE target.open_until END
FROM target WHERE row.id = target.id
"""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that something is due to, and that may be called."""

    pk: int
    customer_id: int
    kind: int
    is_half_open: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a slice of pushes showed of one address."""

    is_alive: bool
    failed: int
    is_probe: bool
    """Whether it was the one attempt at a half-open address."""


def is_alive(answer: Answer) -> bool:
    """Whether a working receiver answered, be it with a refusal."""
    return answer.status is not None and answer.status < 500 and answer.status != 429


def callable_targets(*, after: int, limit: int) -> list[Target]:
    """Addresses with due callbacks whose circuit is not open, by id, the first one above `after`.

    Costs an index probe for each address that is owed anything, however much it is owed.
    """
    with slice_cursor() as cursor:
        cursor.execute(live(_CALLABLE), {"after": after, "limit": limit})
        return [Target(*row) for row in cursor.fetchall()]


def win_probes(target_ids: Collection[int]) -> set[int]:
    """Of these half-open addresses, those that this worker and no other is to try now."""
    if not target_ids:
        return set()
    with slice_cursor() as cursor:
        cursor.execute(_WIN_PROBES, {"targets": list(target_ids), "probe": PROBE_S})
        return {target_id for (target_id,) in cursor.fetchall()}


def note(sightings: dict[int, Sighting]) -> None:
    """Count what the attempts showed, by address: close, open or leave the circuits."""
    if not sightings:
        return
    seen = list(sightings.values())
    with slice_cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "targets": list(sightings),
                "alive": [one.is_alive for one in seen],
                "failed": [one.failed for one in seen],
                "probes": [one.is_probe for one in seen],
                "to_open": FAILURES_TO_OPEN,
                "open": OPEN_S,
                "cap": OPEN_CAP_S,
            },
        )
