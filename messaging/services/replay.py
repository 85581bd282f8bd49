"""Send status reports and uplinks again that were sent or given up: the customer asks for it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from common.clock import local_day
from common.sql import only_row, slice_cursor
from customers.models import Customer, User
from customers.services import audit
from messaging.models import Callback
from messaging.models.ids import first_id, live

from .doorbell import ring_callbacks

SLICE_REQUESTS = 20
"""Send requests whose reports are looked at together."""

_CHOSEN = """
WITH replayed AS (
    UPDATE messaging_callback AS callback
    SET state = 0, next_attempt_at = now(), attempts_before = callback.attempts
    FROM unnest(%(messages)s::bigint[], %(sequences)s::smallint[]) AS chosen (message_id, sequence)
    CROSS JOIN messaging_callbacktarget AS target
    WHERE callback.message_id = chosen.message_id AND callback.sequence = chosen.sequence
      AND target.id = callback.target_id AND target.customer_id = %(customer)s
      AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s
    RETURNING callback.target_id
), closed AS (
    UPDATE messaging_callbacktarget SET failures = 0, trips = 0, open_until = NULL
    WHERE id IN (SELECT target_id FROM replayed) AND customer_id = %(customer)s
)
SELECT count(*) FROM replayed
"""

_UPLINKS = """
WITH replayed AS (
    UPDATE messaging_callback AS callback
    SET state = 0, next_attempt_at = now(), attempts_before = callback.attempts
    FROM messaging_uplink AS uplink
    WHERE uplink.customer_id = %(customer)s AND uplink.id > %(after)s AND uplink.id < %(end)s
      AND uplink.id BETWEEN %(floor)s AND %(ceiling)s
      AND uplink.received_at >= %(since)s AND uplink.received_at < %(until)s
      AND callback.message_id = uplink.id AND callback.sequence = 1
      AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s
      AND callback.state = ANY(%(states)s) AND callback.attempts > callback.attempts_before
      AND (%(target)s::bigint IS NULL OR callback.target_id = %(target)s)
    RETURNING callback.target_id
), closed AS (
    UPDATE messaging_callbacktarget SET failures = 0, trips = 0, open_until = NULL
    WHERE id IN (SELECT target_id FROM replayed) AND customer_id = %(customer)s
)
SELECT count(*) FROM replayed
"""

_RANGE = """
WITH request AS (
    SELECT id, count FROM messaging_sendrequest
    WHERE customer_id = %(customer)s AND id > %(after)s AND id < %(end)s
      AND id BETWEEN %(floor)s AND %(ceiling)s
      AND created_at >= %(since)s AND created_at < %(until)s
    ORDER BY id LIMIT %(requests)s
), replayed AS (
    UPDATE messaging_callback AS callback
    SET state = 0, next_attempt_at = now(), attempts_before = callback.attempts
    FROM request
    WHERE callback.message_id BETWEEN request.id AND request.id + request.count - 1
      AND callback.message_id BETWEEN %(floor)s AND %(ceiling)s
      AND callback.state = ANY(%(states)s) AND callback.attempts > callback.attempts_before
      AND (%(target)s::bigint IS NULL OR callback.target_id = %(target)s)
    RETURNING callback.target_id
), closed AS (
    UPDATE messaging_callbacktarget SET failures = 0, trips = 0, open_until = NULL
    WHERE id IN (SELECT target_id FROM replayed) AND customer_id = %(customer)s
)
SELECT (SELECT max(id) FROM request), (SELECT count(*) FROM replayed)
"""


def replay(
    *,
    customer: Customer,
    reports: Collection[tuple[int, int]],
    actor: User | None = None,
    ip_address: str | None = None,
) -> int:
    """Have these reports, (message id, sequence), pushed again at once; return how many there are.

    An uplink is named by its id and 1. Only reports of the customer count, and only those of the
    live days (`LIVE_SPAN`). The ladder of attempts begins anew, and a circuit that was open is
    closed: who replays has repaired.
    """
    if not reports:
        return 0
    first_message, first_sequence = next(iter(reports))
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(
            live(_CHOSEN),
            {
                "customer": customer.pk,
                "messages": [message_id for message_id, _ in reports],
                "sequences": [sequence for _, sequence in reports],
            },
        )
        count = int(only_row(cursor)[0])
        audit.record(
            verb="replay",
            object_type="callback",
            object_id=f"{first_message}/{first_sequence}",
            actor=actor,
            customer=customer,
            ip_address=ip_address,
            after={"reports": count},
        )
        transaction.on_commit(ring_callbacks)
    return count


def replay_range(
    *,
    customer: Customer,
    since: datetime,
    until: datetime,
    target_id: int | None = None,
    with_delivered: bool = False,
) -> int:
    """Have the reports of messages submitted in ``[since, until)`` pushed again; return how many.

    These are the reports attempted without success, of one address or of all; `with_delivered`
    adds those that were acknowledged. Uplinks received in that time come with them. Otherwise as
    `replay`; stored slice by slice.
    """
    states = [Callback.State.DUE.value, Callback.State.GIVEN_UP.value]
    parameters = {
        "customer": customer.pk,
        "since": since,
        "until": until,
        "end": first_id(local_day(until) + timedelta(days=1)),
        "target": target_id,
        "states": [*states, Callback.State.DELIVERED.value] if with_delivered else states,
        "requests": SLICE_REQUESTS,
    }
    after: int | None = first_id(local_day(since)) - 1
    replayed = 0
    while after is not None:
        with transaction.atomic(), slice_cursor() as cursor:
            cursor.execute(live(_RANGE), parameters | {"after": after})
            after, count = only_row(cursor)
            if count:
                transaction.on_commit(ring_callbacks)
        replayed += count
    return replayed + _replay_uplinks(parameters | {"after": first_id(local_day(since)) - 1})


def _replay_uplinks(parameters: dict[str, Any]) -> int:
    """Handsets send few, so those of a range are one slice."""
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(live(_UPLINKS), parameters)
        count = int(only_row(cursor)[0])
        if count:
            transaction.on_commit(ring_callbacks)
    return count
