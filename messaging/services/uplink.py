"""Uplinks, what handsets send: stored once, with the opt-out and the push that each one causes.

What a carrier hands over is kept as parts first (uplink_parts.py). An uplink is stored when its
parts are complete, or when the wait for them is over, in one transaction with its opt-out and the
callback owed for it (spec data-plane §5, ruling 30).
"""

import uuid
from collections.abc import Iterable, Sequence

import structlog
from django.conf import settings
from django.db import transaction

from common.numbers import mask
from common.sql import slice_cursor
from customers.models import Application
from messaging.carriers.base import Uplink
from messaging.models import CallbackTarget
from messaging.models.ids import allocate
from messaging.policy import opt_out

from . import uplink_parts
from .doorbell import ring_callbacks
from .uplink_match import Match, matches
from .uplink_parts import Joined

log = structlog.get_logger(__name__)

SLICE = 500

_STORE = """
WITH uplink AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(uuids)s::uuid[], %(customers)s::bigint[], %(applications)s::bigint[],
        %(signatures)s::bigint[], %(channels)s::bigint[], %(senders)s::text[],
        %(numbers)s::text[], %(bodies)s::text[], %(parts)s::smallint[], %(missing)s::smallint[],
        %(times)s::timestamptz[], %(messages)s::bigint[], %(candidates)s::smallint[],
        %(opt_outs)s::boolean[], %(targets)s::bigint[]
    ) AS uplink (id, uuid, customer, application, signature, channel, sender, number, body, parts,
                 missing, received_at, message, candidates, is_opt_out, target)
), stored AS (
    INSERT INTO messaging_uplink
        (id, uuid, customer_id, application_id, signature_id, channel_id, sender, channel_number,
         body, parts, parts_missing, received_at, message_id, candidates, is_opt_out)
    SELECT id, uuid, customer, application, signature, channel, sender, number, body, parts,
           missing, received_at, message, candidates, is_opt_out
    FROM uplink
)
INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
SELECT id, 1, target, now() FROM uplink WHERE target IS NOT NULL
"""


def record_uplinks(*, channel_id: int, uplinks: Sequence[Uplink]) -> None:
    """Store what a channel's carrier handed over, however often; returns when it is safe.

    Parts of a long uplink wait for the others (`SMS_UPLINK_WAIT_S`), in whatever order they come.
    """
    for start in range(0, len(uplinks), SLICE):
        _record(channel_id, uplinks[start : start + SLICE])


def join_overdue() -> int:
    """Store uplinks whose missing parts did not come in time, as they are; return how many.

    Also those that became complete when nobody looked: their process died in between.
    """
    with transaction.atomic():
        joined = uplink_parts.take_overdue(settings.SMS_UPLINK_WAIT_S)
        _store(joined)
    return len(joined)


def _record(channel_id: int, uplinks: Sequence[Uplink]) -> None:
    with transaction.atomic():
        senders = uplink_parts.keep(channel_id, uplinks)
        _store(uplink_parts.take_complete(channel_id, senders))
    if any(uplink.total > 1 for uplink in uplinks):
        # The other parts may have been kept between our look and our commit.
        with transaction.atomic():
            _store(uplink_parts.take_complete(channel_id, senders))


def _store(joined: Sequence[Joined]) -> None:
    """Store uplinks inside the caller's transaction."""
    for start in range(0, len(joined), SLICE):
        _store_slice(joined[start : start + SLICE])


def _store_slice(joined: Sequence[Joined]) -> None:
    found = matches([(one.sender, one.channel_number) for one in joined])
    first_id = allocate(len(joined))
    ids = range(first_id, first_id + len(joined))
    wishes = [
        opt_out.Wish(
            match.customer_id,
            match.application_id,
            match.channel_number,
            one.sender,
            one.received_at,
            uplink_id,
        )
        for one, match, uplink_id in zip(joined, found, ids, strict=True)
        if match and opt_out.is_wish(one.body)
    ]
    _insert(joined, found, ids, {wish.uplink_id for wish in wishes})
    opt_out.record(wishes)
    uplink_parts.mark_joined(joined, ids)
    _tell(joined, found)


def _insert(
    joined: Sequence[Joined], found: Sequence[Match | None], ids: Sequence[int], opt_outs: set[int]
) -> None:
    """Write the rows, and a callback for each whose application has an uplink address."""
    targets = _targets({match.application_id for match in found if match})
    with slice_cursor() as cursor:
        cursor.execute(
            _STORE,
            {
                "ids": list(ids),
                "uuids": [uuid.uuid4() for _ in ids],
                "customers": [match and match.customer_id for match in found],
                "applications": [match and match.application_id for match in found],
                "signatures": [match and match.signature_id for match in found],
                "channels": [one.channel_id for one in joined],
                "senders": [one.sender for one in joined],
                "numbers": [one.channel_number for one in joined],
                "bodies": [one.body for one in joined],
                "parts": [len(one.part_ids) for one in joined],
                "missing": [one.missing for one in joined],
                "times": [one.received_at for one in joined],
                "messages": [match and match.message_id for match in found],
                "candidates": [match.candidates if match else 0 for match in found],
                "opt_outs": [uplink_id in opt_outs for uplink_id in ids],
                "targets": [match and targets.get(match.application_id) for match in found],
            },
        )
    if targets:
        transaction.on_commit(ring_callbacks)


def _targets(application_ids: Iterable[int]) -> dict[int, int]:
    """The row of the uplink address of each of the applications that has one.

    Not remembered by the process: it may be made in a transaction that is undone.
    """
    applications = Application.objects.filter(pk__in=application_ids).exclude(uplink_url="")
    return {
        application.pk: CallbackTarget.objects.get_or_create(
            customer_id=application.customer_id,
            url=application.uplink_url,
            kind=CallbackTarget.Kind.UPLINK,
        )[0].pk
        for application in applications
    }


def _tell(joined: Sequence[Joined], found: Sequence[Match | None]) -> None:
    for one, match in zip(joined, found, strict=True):
        if match is None:
            log.warning(
                "uplink to a channel number that nobody has",
                channel=one.channel_id,
                number=one.channel_number,
                handset=mask(one.sender),
            )
        if one.missing:
            log.warning(
                "uplink incomplete",
                channel=one.channel_id,
                handset=mask(one.sender),
                parts=len(one.part_ids),
                missing=one.missing,
            )
