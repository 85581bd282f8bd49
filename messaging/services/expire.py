"""Messages whose report never came: after 72 hours the platform makes one itself (ruling 12)."""

from django.conf import settings
from django.db import transaction

from common.sql import only_row, slice_cursor
from messaging.models import Message
from messaging.models.ids import live
from messaging.models.part import Source

from .doorbell import ring_callbacks

SLICE = 5000

_EXPIRE = """
WITH late AS (
    SELECT id FROM messaging_message
    WHERE id BETWEEN %(floor)s AND %(ceiling)s AND state IN (%(submitted)s, %(unknown)s)
      AND submitted_at < now() - make_interval(secs => %(timeout)s)
    ORDER BY id LIMIT %(slice)s FOR UPDATE SKIP LOCKED
), expired AS (
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
    RETURNING message_id, sequence
), owed AS (
    INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
    SELECT part.message_id, part.sequence, request.target_id, now()
    FROM part JOIN expired ON expired.id = part.message_id
    JOIN messaging_sendrequest AS request
      ON request.id = expired.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
    WHERE request.target_id IS NOT NULL
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM expired
"""


def expire_messages() -> int:
    """Give up on reports older than `SMS_REPORT_TIMEOUT_S`; return how many messages expired.

    Every part without a report gets `EXPIRED` with source 1, so that a receipt that comes later
    still changes nothing; the customer is told part by part.
    """
    expired = 0
    while True:
        with transaction.atomic(), slice_cursor() as cursor:
            cursor.execute(live(_EXPIRE), _parameters())
            count = int(only_row(cursor)[0])
            if count:
                transaction.on_commit(ring_callbacks)
        expired += count
        if count < SLICE:
            return expired


def _parameters() -> dict[str, float]:
    return {
        "submitted": Message.State.SUBMITTED.value,
        "unknown": Message.State.UNKNOWN.value,
        "expired": Message.State.EXPIRED.value,
        "source": Source.PLATFORM.value,
        "timeout": settings.SMS_REPORT_TIMEOUT_S,
        "slice": SLICE,
    }
