"""The statements that store a request and its messages.

`INSERT … SELECT unnest(…)` with one array per column, measured at 95,000–150,000 numbers a second
where `bulk_create` reached 10,000 (docs/architecture.md).
"""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.db import transaction

from common.sql import slice_cursor
from messaging.models import SendRequest
from messaging.policy import thresholds
from messaging.statistics import tally
from reviews.models.kinds import MessageType

from . import charging, stopped
from .charging import Bill
from .envelope import Accepted, Columns, Envelope
from .routing import first_channel

PRIORITY = {
    MessageType.VERIFICATION: SendRequest.Priority.VERIFICATION,
    MessageType.NOTIFICATION: SendRequest.Priority.NOTIFICATION,
    MessageType.PROMOTION: SendRequest.Priority.PROMOTION,
}
GROUP_PRIORITY = {
    MessageType.NOTIFICATION: SendRequest.Priority.GROUP_NOTIFICATION,
    MessageType.PROMOTION: SendRequest.Priority.GROUP_PROMOTION,
}
"""Group tasks come behind everything that somebody waits for, however long they are."""

_STORE = """
WITH {first}request AS (
    INSERT INTO messaging_sendrequest
        (id, uuid, customer_id, application_id, source, group_task_id, type, template_version_id,
         signature_id, signature_name, sender, channel_id, target_id, extend, variables, count,
         created_at, priority, dispatch)
    SELECT %(id)s::bigint, %(uuid)s::uuid, %(customer)s::bigint, %(application)s::bigint,
           %(source)s::smallint, %(group_task)s::bigint, %(type)s::text, %(version)s::bigint,
           %(signature)s::bigint, %(signature_name)s::text, %(sender)s::text, %(channel)s::bigint,
           %(target)s::bigint, %(extend)s::text, %(shared)s::text::jsonb, %(count)s::integer,
           %(now)s::timestamptz, %(priority)s::smallint, %(dispatch)s::smallint
    {only_if}
    RETURNING id
), message AS (
    INSERT INTO messaging_message
        (id, request_id, customer_id, recipient, variables, state, parts, parts_open, code,
         finished_at)
    SELECT %(id)s::bigint + position - 1, %(id)s::bigint, %(customer)s::bigint, recipient,
           variables::jsonb,
           CASE WHEN blocked IS NULL THEN 0 ELSE 11 END, COALESCE(parts, %(parts)s::smallint),
           CASE WHEN blocked IS NULL THEN COALESCE(parts, %(parts)s::smallint) ELSE 0 END,
           COALESCE(blocked, ''), CASE WHEN blocked IS NULL THEN NULL ELSE %(now)s END
    FROM unnest({recipients}, %(own)s::text[], %(own_parts)s::smallint[], %(blocked)s::text[])
         WITH ORDINALITY AS row (recipient, variables, parts, blocked, position)
    WHERE recipient IS NOT NULL
    {returning}
){tally}{report}{count}
{then}
"""
_RECIPIENTS = "%(recipients)s::text[]"
_REPORT = """, event AS (
    INSERT INTO messaging_reportevent (application_id, message_id, sequence)
    SELECT %(application)s, id, generate_series(1, parts) FROM message WHERE code <> ''
), owed AS (
    INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
    SELECT id, generate_series(1, parts), %(target)s::bigint, now() FROM message
    WHERE code <> '' AND %(target)s::bigint IS NOT NULL
)"""


def _store(*, is_reported: bool, is_paid: bool = False, is_counted: bool = False) -> bytes:
    """The statement. It stores all, or nothing: where no portion pays, and where nothing counts."""
    returning = "RETURNING id, parts, code" if is_reported else "RETURNING id"
    return _STORE.format(
        first=f"{charging.SQL}, " if is_paid else "",
        only_if="FROM paid" if is_paid else "",
        recipients=f"CASE WHEN EXISTS (SELECT FROM paid) THEN {_RECIPIENTS} END"
        if is_paid
        else _RECIPIENTS,
        returning=returning if is_reported or is_counted else "",
        tally=tally.ACCEPTED_AND_BLOCKED if is_reported else tally.ACCEPTED,
        report=stopped.SQL + _REPORT if is_reported else "",
        count=f", {thresholds.SQL}" if is_counted else "",
        then="SELECT * FROM paid" if is_paid else thresholds.COUNTED if is_counted else "SELECT 1",
    ).encode()


# Only requests with blocked numbers owe reports already now.
STORE = _store(is_reported=False)
STORE_AND_REPORT = _store(is_reported=True)
COUNT = _store(is_reported=False, is_counted=True)
COUNT_AND_REPORT = _store(is_reported=True, is_counted=True)
PAY = _store(is_reported=False, is_paid=True)
PAY_AND_REPORT = _store(is_reported=True, is_paid=True)


def store(row: dict[str, Any], count: int, *, is_reported: bool) -> None:
    """Store a request that costs nothing; reports of its blocked messages are owed at once.

    `count` of its messages count towards the customer's thresholds. Raises `ThresholdReached`
    when they do not fit; then nothing is stored.
    """
    if count:
        customer_id, moment = row["customer"], row["now"]
        counting = row | thresholds.columns(customer_id, count, moment)
        statement = COUNT_AND_REPORT if is_reported else COUNT
        taken = thresholds.store_counted(statement, counting)
        if taken is None and thresholds.begin(customer_id, count, moment):
            taken = thresholds.store_counted(statement, counting)
        if taken is not None:
            thresholds.note(customer_id, taken)
            return
    _execute(STORE_AND_REPORT if is_reported else STORE, row)


def store_paid(bill: Bill, row: dict[str, Any], count: int, *, is_reported: bool) -> None:
    """Store a request that its customer pays for, and count it as `store` does."""
    with transaction.atomic() if count else nullcontext():
        _pay_and_store(bill, row, is_reported=is_reported)
        if count:
            thresholds.take(row["customer"], count, row["now"])


def _pay_and_store(bill: Bill, row: dict[str, Any], *, is_reported: bool) -> None:
    """Store a request if it can be paid: from one portion, else with the account locked."""
    statement = PAY_AND_REPORT if is_reported else PAY
    paying = row | charging.columns(bill)
    if _execute(statement, paying):
        return
    moment = row["now"]
    charging.refuse_unless_covered(bill, moment=moment)
    with transaction.atomic():
        charging.lock_account(bill)
        if not _execute(statement, paying):
            shares = charging.pay_together(bill, moment=moment)
            _execute(STORE_AND_REPORT if is_reported else STORE, row)
            charging.record(shares, bill, row)


def _execute(statement: bytes, row: dict[str, Any]) -> tuple[Any, ...] | None:
    """Run one of the statements above; None when its condition let it store nothing."""
    with slice_cursor() as cursor:
        return cursor.execute(statement, row).fetchone()


def parameters(
    envelope: Envelope, columns: Columns, accepted: Accepted, blocked: Sequence[str | None]
) -> dict[str, Any]:
    """What the statements take of a request; `blocked` are the codes that stop its messages."""
    is_all_blocked = any(blocked) and all(
        code for code, number in zip(blocked, columns.recipients, strict=True) if number
    )
    route = envelope.route
    done = SendRequest.Dispatch.DONE if is_all_blocked else SendRequest.Dispatch.WAITING
    priorities = GROUP_PRIORITY if envelope.source == SendRequest.Source.GROUP else PRIORITY
    return {
        "id": accepted.first_id,
        "uuid": accepted.uuid,
        "customer": envelope.customer_id,
        "application": envelope.application_id,
        "source": envelope.source.value,
        "group_task": envelope.group_task_id,
        "type": envelope.template.type,
        "version": envelope.template.version_id,
        "signature": route.sender.pk if route.sender else None,
        "signature_name": route.sender.name if route.sender else "",
        "sender": route.channel_number,
        "channel": first_channel(route.plan, columns.recipients, accepted.first_id)
        if route.plan
        else route.channel_id,
        "target": envelope.target_id,
        "extend": envelope.extend,
        "shared": json.dumps(list(envelope.variables), ensure_ascii=False)
        if envelope.variables
        else None,
        "count": len(columns.recipients),
        "now": accepted.created_at,
        "priority": priorities[MessageType(envelope.template.type)].value,
        "dispatch": done.value,
        "parts": columns.default_parts,
        "recipients": columns.recipients,
        "own": [json.dumps(values, ensure_ascii=False) for values in columns.variables],
        "own_parts": list(columns.parts),
        "blocked": list(blocked) if any(blocked) else [],
    }
