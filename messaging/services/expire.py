"""Messages that ran out of time get a report from the platform itself, `EXPIRED` with source 1.

Those whose report never came do so after 72 hours (ruling 12); those that still wait for the
carrier when the lifetime of their kind is over, such as a code nobody needs any more, are not
submitted at all. What was charged for parts reported like this is owed back (ruling 27).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from common.clock import local_day, now
from common.sql import only_row, slice_cursor
from messaging.models import Message
from messaging.models.ids import first_id, live
from messaging.models.part import Source
from messaging.statistics import tally

from .doorbell import ring_callbacks

SLICE = 5000
LATE_REQUESTS = 200

# No index knows the open messages, as it would cost every message something. Days that are too
# young for one of theirs to be overdue are left out, so that the busiest ones are not read.
_WITHOUT_REPORT = """
    SELECT id FROM messaging_message
    WHERE id BETWEEN %(floor)s AND %(ceiling)s AND id <= %(latest)s
      AND state IN (%(submitted)s, %(unknown)s)
      AND submitted_at < now() - make_interval(secs => %(timeout)s)
    ORDER BY id LIMIT %(slice)s FOR UPDATE SKIP LOCKED
"""

# Ids one by one, not as ranges: the planner takes a join on ranges for a ninth of the table.
_WAITING = """
    SELECT id FROM messaging_message
    WHERE id = ANY(%(ids)s::bigint[]) AND id BETWEEN %(lowest)s AND %(highest)s
      AND id BETWEEN %(floor)s AND %(ceiling)s AND state = 0
    ORDER BY id FOR UPDATE
"""

_EXPIRE = """
WITH late AS ({late}), expired AS (
    UPDATE messaging_message AS message
    SET state = %(expired)s, code = 'EXPIRED', parts_open = 0, finished_at = now()
    FROM late
    WHERE message.id = late.id AND message.id BETWEEN %(floor)s AND %(ceiling)s
    RETURNING message.id, message.request_id, message.parts
), part AS (
    INSERT INTO messaging_part
        (message_id, sequence, channel_id, carrier_id, code, source, reported_at)
    SELECT expired.id, generate_series(1, expired.parts), request.channel_id, '', 'EXPIRED',
           %(source)s, now()
    FROM expired JOIN messaging_sendrequest AS request
      ON request.id = expired.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
    ON CONFLICT (message_id, sequence) DO UPDATE
    SET code = excluded.code, source = excluded.source, reported_at = excluded.reported_at
    WHERE messaging_part.reported_at IS NULL
    RETURNING message_id, sequence, channel_id
), {tally}, event AS (
    INSERT INTO messaging_reportevent (application_id, message_id, sequence)
    SELECT request.application_id, part.message_id, part.sequence
    FROM part JOIN expired ON expired.id = part.message_id
    JOIN messaging_sendrequest AS request
      ON request.id = expired.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
), owed AS (
    INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
    SELECT part.message_id, part.sequence, request.target_id, now()
    FROM part JOIN expired ON expired.id = part.message_id
    JOIN messaging_sendrequest AS request
      ON request.id = expired.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
    WHERE request.target_id IS NOT NULL
    ON CONFLICT DO NOTHING
), credit AS (
    INSERT INTO messaging_credit (request_id, parts)
    SELECT owing.request_id, owing.parts FROM (
        SELECT expired.request_id, count(*) AS parts
        FROM part JOIN expired ON expired.id = part.message_id GROUP BY expired.request_id
    ) AS owing
    CROSS JOIN LATERAL (
        SELECT FROM messaging_charge AS charge
        WHERE charge.request_id = owing.request_id
          AND charge.request_id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 1
    ) AS charged
)
SELECT count(*) FROM expired
"""


_END_DISPATCH = """
UPDATE messaging_sendrequest
SET dispatch = 2, written_through = NULL, leased_by = '', leased_until = NULL
WHERE id = ANY(%(requests)s) AND id BETWEEN %(floor)s AND %(ceiling)s
"""

_LATE_REQUESTS = """
SELECT id, id + count - 1 FROM messaging_sendrequest
WHERE dispatch = 0 AND id BETWEEN %(floor)s AND %(ceiling)s
  AND created_at < now() - make_interval(secs => (%(lifetimes)s::float8[])[priority])
ORDER BY id LIMIT %(slice)s FOR UPDATE SKIP LOCKED
"""

# Its process died, and nobody has opened the channel since to ask the carrier about it.
_ABANDONED_REQUESTS = """
SELECT id, id + count - 1 FROM messaging_sendrequest
WHERE dispatch = 1 AND id BETWEEN %(floor)s AND %(ceiling)s AND leased_until < now()
  AND created_at < now() - make_interval(secs => %(timeout)s)
ORDER BY id LIMIT %(slice)s FOR UPDATE SKIP LOCKED
"""


def expire_messages() -> int:
    """Give up on reports older than `SMS_REPORT_TIMEOUT_S`; return how many messages expired.

    Every part without a report gets `EXPIRED` with source 1, so that a receipt that comes later
    still changes nothing; the customer is told part by part.
    """
    expired = 0
    while True:
        with transaction.atomic():
            count = _expire(_WITHOUT_REPORT, _overdue())
        expired += count
        if count < SLICE:
            return expired


def expire_waiting() -> int:
    """Expire what waits for a carrier beyond its lifetime; return how many requests were late.

    A carrier process does the same when it comes across such messages; this is for channels that
    nobody carries at the moment. What a process left in doubt expires like messages without a
    report.
    """
    return _expire_late(_LATE_REQUESTS, {"lifetimes": lifetimes_s()}) + _expire_late(
        _ABANDONED_REQUESTS, {"timeout": _report_timeout_s()}
    )


def _expire_late(statement: str, columns: dict[str, Any]) -> int:
    late = 0
    while True:
        with transaction.atomic():
            with slice_cursor() as cursor:
                cursor.execute(live(statement), columns | {"slice": LATE_REQUESTS})
                runs = cursor.fetchall()
            if runs:
                expire_requests(runs)
        late += len(runs)
        if len(runs) < LATE_REQUESTS:
            return late


def expire_requests(runs: Sequence[tuple[int, int]]) -> None:
    """Expire the messages that wait, of requests given by their first and last message id.

    The caller holds the requests, by lease or by lock; their dispatch is over afterwards.
    """
    ids = [message_id for first, last in runs for message_id in range(first, last + 1)]
    columns = {"ids": ids, "lowest": min(ids), "highest": max(ids)}
    with transaction.atomic():
        _expire(_WAITING, columns)
        with slice_cursor() as cursor:
            cursor.execute(live(_END_DISPATCH), {"requests": [first for first, _ in runs]})


def lifetimes_s() -> list[float]:
    """Seconds that messages of each priority, from the first one on, may wait for the carrier."""
    return [
        settings.SMS_LIFETIME_VERIFICATION_S,
        settings.SMS_LIFETIME_NOTIFICATION_S,
        settings.SMS_LIFETIME_PROMOTION_S,
        settings.SMS_LIFETIME_NOTIFICATION_S,
        settings.SMS_LIFETIME_PROMOTION_S,
    ]


def _expire(late: str, columns: dict[str, Any]) -> int:
    states = {"expired": Message.State.EXPIRED.value, "source": Source.PLATFORM.value}
    with slice_cursor() as cursor:
        statement = _EXPIRE.format(late=late, tally=tally.EXPIRED)
        cursor.execute(live(statement), columns | states)
        count = int(only_row(cursor)[0])
    if count:
        transaction.on_commit(ring_callbacks)
    return count


def _overdue() -> dict[str, float]:
    timeout_s = _report_timeout_s()
    last_day = local_day(now() - timedelta(seconds=timeout_s))
    return {
        "latest": first_id(last_day + timedelta(days=1)) - 1,
        "submitted": Message.State.SUBMITTED.value,
        "unknown": Message.State.UNKNOWN.value,
        "timeout": timeout_s,
        "slice": SLICE,
    }


def _report_timeout_s() -> float:
    return float(settings.SMS_REPORT_TIMEOUT_S / settings.SMS_VIRTUAL_SPEED)
