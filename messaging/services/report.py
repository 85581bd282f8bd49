"""Receipts become status reports: part, message and outbox change in one statement.

A receipt counts once: it moves only a part that has no report yet, and a message only forward.
The reports owed to the customer are written in the same transaction (invariant 5).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from common.codes import DELIVERED
from common.sql import only_row, slice_cursor
from messaging.carriers.base import Receipt
from messaging.models import EarlyReceipt, MalformedReceipt, Message
from messaging.models.ids import live
from messaging.models.part import Source
from messaging.statistics import tally

from . import malformed
from .doorbell import ring_callbacks
from .health import Counts

log = structlog.get_logger(__name__)

EARLY_RECEIPTS_KEPT = timedelta(hours=24)

# LATERAL … LIMIT keeps the planner at index probes: as a join, it compared every part of the day
# with every receipt while the day's partition was young. The rows found are locked, so that of two
# processes with the same receipt one moves the part.
_RECORD = """
WITH receipt AS (
    SELECT DISTINCT ON (carrier_id) carrier_id, code, reported_at
    FROM unnest(%(carrier_ids)s::text[], %(codes)s::text[], %(times)s::timestamptz[])
         AS receipt (carrier_id, code, reported_at)
), found AS MATERIALIZED (
    SELECT part.message_id, part.sequence, receipt.code, receipt.reported_at
    FROM receipt
    CROSS JOIN LATERAL (
        SELECT message_id, sequence FROM messaging_part AS part
        WHERE part.carrier_id = receipt.carrier_id AND part.channel_id = %(channel)s
          AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
          AND part.reported_at IS NULL
        LIMIT 1 FOR UPDATE
    ) AS part
), moved AS (
    UPDATE messaging_part AS part
    SET code = found.code, source = %(source)s, reported_at = found.reported_at
    FROM found
    WHERE part.message_id = found.message_id AND part.sequence = found.sequence
      AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
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
    RETURNING message.id, message.request_id, message.state, counted.sequences
), {tally}, told AS MATERIALIZED (
    SELECT advanced.id, advanced.sequences, request.application_id, request.target_id
    FROM advanced
    CROSS JOIN LATERAL (
        SELECT application_id, target_id FROM messaging_sendrequest AS request
        WHERE request.id = advanced.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 1
    ) AS request
), event AS (
    INSERT INTO messaging_reportevent (application_id, message_id, sequence)
    SELECT application_id, id, unnest(sequences) FROM told
), owed AS (
    INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
    SELECT id, unnest(sequences), target_id, now() FROM told WHERE target_id IS NOT NULL
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
SELECT (SELECT count(*) FROM owed), (SELECT count(*) FROM moved),
       (SELECT array_agg(carrier_id) FROM early)
""".replace(
    "{tally}",
    tally.finished("advanced WHERE state >= %(first_final)s", channel="%(channel)s::bigint"),
)

_TAKE_EARLY = """
DELETE FROM messaging_earlyreceipt AS early USING messaging_part AS part
WHERE early.channel_id = %(channel)s AND early.carrier_id = ANY(%(carrier_ids)s)
  AND part.carrier_id = early.carrier_id AND part.channel_id = early.channel_id
  AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
RETURNING early.carrier_id, early.code, early.reported_at
"""


def record_receipts(*, channel_id: int, receipts: Sequence[Receipt]) -> Counts:
    """Store receipts of a channel, in any order and however often; returns when they are safe.

    A receipt that no part matches yet may have overtaken the submit answer: it is kept for
    `EARLY_RECEIPTS_KEPT` and settled when the answer is recorded. One that says nothing usable is
    kept for as long to be looked at. Codes the tables do not know are stored as they are (spec
    data-plane §7). Returns how many receipts were of which kind.
    """
    usable, broken = malformed.sort_out(receipts)
    counts = Counts(malformed=len(broken))
    with transaction.atomic():
        if broken:
            malformed.keep(channel_id=channel_id, broken=broken)
        matched, early = _record(channel_id, usable)
    counts.matched, counts.unknown = matched, len(early)
    counts.duplicate = len(usable) - matched - len(early)
    if early:
        # The answer may have been recorded between our look and our commit.
        settled = settle_early_receipts(channel_id=channel_id, carrier_ids=early)
        counts.matched += settled
        counts.unknown -= settled
        if counts.unknown:
            log.info("receipts match no message yet", channel=channel_id, count=counts.unknown)
    return counts


def settle_early_receipts(*, channel_id: int, carrier_ids: Sequence[str]) -> int:
    """Count early receipts whose part is known by now, and return how many.

    Call after committing either side.
    """
    if not carrier_ids:
        return 0
    with transaction.atomic():
        with slice_cursor() as cursor:
            cursor.execute(
                live(_TAKE_EARLY), {"channel": channel_id, "carrier_ids": list(carrier_ids)}
            )
            receipts = [Receipt(*row) for row in cursor.fetchall()]
        if receipts:
            _record(channel_id, receipts)
    return len(receipts)


def forget_old_receipts() -> int:
    """Drop receipts that nothing matched in time, and malformed ones; return how many."""
    limit = timezone.now() - EARLY_RECEIPTS_KEPT
    unmatched = EarlyReceipt.objects.filter(received_at__lt=limit).delete()[0]
    if unmatched:
        log.warning("receipts never matched a message", count=unmatched)
    return unmatched + MalformedReceipt.objects.filter(received_at__lt=limit).delete()[0]


def _record(channel_id: int, receipts: Sequence[Receipt]) -> tuple[int, list[str]]:
    """Run the statement; return how many matched, and the carrier ids of those put aside."""
    if not receipts:
        return 0, []
    with slice_cursor() as cursor:
        cursor.execute(live(_RECORD), _parameters(channel_id, receipts))
        owed, matched, early = only_row(cursor)
    if owed:
        transaction.on_commit(ring_callbacks)
    return matched, early or []


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
