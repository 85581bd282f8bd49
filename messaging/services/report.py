"""Receipts become status reports: part, message and outbox change in one statement.

A receipt counts once: it moves only a part that has no report yet, and a message only forward.
The reports owed to the customer are written in the same transaction (invariant 5).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.codes import DELIVERED
from common.sql import only_row, slice_cursor
from messaging.carriers.base import Receipt
from messaging.models import EarlyReceipt, Message
from messaging.models.ids import live
from messaging.models.part import Source

from .doorbell import ring_callbacks

EARLY_RECEIPTS_KEPT = timedelta(hours=24)

_RECORD = """
WITH receipt AS (
    SELECT DISTINCT ON (carrier_id) carrier_id, code, reported_at
    FROM unnest(%(carrier_ids)s::text[], %(codes)s::text[], %(times)s::timestamptz[])
         AS receipt (carrier_id, code, reported_at)
), moved AS (
    UPDATE messaging_part AS part
    SET code = receipt.code, source = %(source)s, reported_at = receipt.reported_at
    FROM receipt
    WHERE part.carrier_id = receipt.carrier_id AND part.channel_id = %(channel)s
      AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
      AND part.reported_at IS NULL
    RETURNING part.message_id, part.sequence, part.carrier_id, part.code, part.reported_at
), counted AS (
    SELECT message_id, count(*) AS parts, array_agg(sequence) AS sequences,
           max(reported_at) AS reported_at,
           min(code) FILTER (WHERE code <> %(delivered)s) AS failure
    FROM moved GROUP BY message_id
), advanced AS (
    UPDATE messaging_message AS message
    SET parts_open = message.parts_open - counted.parts,
        state = CASE WHEN message.parts_open > counted.parts THEN message.state
                     WHEN COALESCE(NULLIF(message.code, ''), counted.failure) IS NULL
                     THEN %(state_delivered)s ELSE %(state_failed)s END,
        code = COALESCE(NULLIF(message.code, ''), counted.failure,
                        CASE WHEN message.parts_open > counted.parts THEN ''
                             ELSE %(delivered)s END),
        finished_at = CASE WHEN message.parts_open > counted.parts THEN NULL
                           ELSE GREATEST(counted.reported_at, message.submitted_at) END
    FROM counted
    WHERE message.id = counted.message_id AND message.id BETWEEN %(floor)s AND %(ceiling)s
      AND message.state < %(first_final)s
    RETURNING message.id, message.request_id, counted.sequences
), event AS (
    INSERT INTO messaging_reportevent (application_id, message_id, sequence)
    SELECT request.application_id, advanced.id, unnest(advanced.sequences)
    FROM advanced JOIN messaging_sendrequest AS request ON request.id = advanced.request_id
    WHERE request.id BETWEEN %(floor)s AND %(ceiling)s
), owed AS (
    INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
    SELECT advanced.id, unnest(advanced.sequences), request.target_id, now()
    FROM advanced JOIN messaging_sendrequest AS request ON request.id = advanced.request_id
    WHERE request.target_id IS NOT NULL AND request.id BETWEEN %(floor)s AND %(ceiling)s
    ON CONFLICT DO NOTHING
    RETURNING 1
), early AS (
    INSERT INTO messaging_earlyreceipt (channel_id, carrier_id, code, reported_at, received_at)
    SELECT %(channel)s, receipt.carrier_id, receipt.code, receipt.reported_at, now()
    FROM receipt
    WHERE carrier_id NOT IN (SELECT carrier_id FROM moved) AND NOT EXISTS (
        SELECT FROM messaging_part AS part
        WHERE part.carrier_id = receipt.carrier_id AND part.channel_id = %(channel)s
          AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
    )
    ON CONFLICT DO NOTHING
    RETURNING carrier_id
)
SELECT (SELECT count(*) FROM owed), (SELECT array_agg(carrier_id) FROM early)
"""

_TAKE_EARLY = """
DELETE FROM messaging_earlyreceipt AS early USING messaging_part AS part
WHERE early.channel_id = %(channel)s AND early.carrier_id = ANY(%(carrier_ids)s)
  AND part.carrier_id = early.carrier_id AND part.channel_id = early.channel_id
  AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
RETURNING early.carrier_id, early.code, early.reported_at
"""


def record_receipts(*, channel_id: int, receipts: Sequence[Receipt]) -> None:
    """Store receipts of a channel, in any order and however often; returns when they are safe.

    A receipt that no part matches yet may have overtaken the submit answer: it is kept for
    `EARLY_RECEIPTS_KEPT` and settled when the answer is recorded. Codes the tables do not know
    are stored as they are (spec data-plane §7).
    """
    with transaction.atomic():
        early = _record(channel_id, receipts)
    if early:
        # The answer may have been recorded between our look and our commit.
        settle_early_receipts(channel_id=channel_id, carrier_ids=early)


def settle_early_receipts(*, channel_id: int, carrier_ids: Sequence[str]) -> None:
    """Count early receipts whose part is known by now. Call after committing either side."""
    if not carrier_ids:
        return
    with transaction.atomic():
        with slice_cursor() as cursor:
            cursor.execute(
                live(_TAKE_EARLY), {"channel": channel_id, "carrier_ids": list(carrier_ids)}
            )
            receipts = [Receipt(*row) for row in cursor.fetchall()]
        if receipts:
            _record(channel_id, receipts)


def forget_early_receipts() -> int:
    """Drop receipts that nothing matched in time; return how many."""
    limit = timezone.now() - EARLY_RECEIPTS_KEPT
    return EarlyReceipt.objects.filter(received_at__lt=limit).delete()[0]


def _record(channel_id: int, receipts: Sequence[Receipt]) -> list[str]:
    """Run the statement; return the carrier ids of receipts put aside as early."""
    with slice_cursor() as cursor:
        cursor.execute(live(_RECORD), _parameters(channel_id, receipts))
        owed, early = only_row(cursor)
    if owed:
        transaction.on_commit(ring_callbacks)
    return early or []


def _parameters(channel_id: int, receipts: Sequence[Receipt]) -> dict[str, Any]:
    return {
        "channel": channel_id,
        "carrier_ids": [receipt.carrier_id for receipt in receipts],
        "codes": [receipt.code for receipt in receipts],
        "times": [receipt.reported_at for receipt in receipts],
        "source": Source.CARRIER.value,
        "delivered": DELIVERED,
        "state_delivered": Message.State.DELIVERED.value,
        "state_failed": Message.State.FAILED.value,
        "first_final": Message.FIRST_FINAL.value,
    }
