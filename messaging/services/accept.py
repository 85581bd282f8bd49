"""Take messages in: one request row and its slim message rows in one statement, then a ring.

Everything that sends comes through `accept`: the API, and the slices of group tasks. The statement
is `INSERT … SELECT unnest(…)` with one array per column, measured at 95,000–150,000 numbers a
second where `bulk_create` reached 10,000 (docs/architecture.md).
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import repeat
from typing import Any

from django.db import transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from common.sql import only_row, slice_cursor
from messaging.models import GroupTask, SendRequest
from messaging.models.ids import allocate
from messaging.policy import verdicts
from messaging.policy.thresholds import ThresholdReached
from reviews.models.kinds import MessageType

from . import catalogue, charging
from .catalogue import ApprovedTemplate
from .charging import Bill
from .doorbell import ring_callbacks, ring_carrier
from .route import Route, find_route

PRIORITY = {
    MessageType.VERIFICATION: SendRequest.Priority.VERIFICATION,
    MessageType.NOTIFICATION: SendRequest.Priority.NOTIFICATION,
    MessageType.PROMOTION: SendRequest.Priority.PROMOTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What all messages of a request share.

    `variables` are the values when they are the same for every recipient, else None. `target_id`
    is the callback address, None to keep the reports unpushed.
    """

    customer_id: int
    application_id: int
    template: ApprovedTemplate
    route: Route
    source: SendRequest.Source
    variables: Sequence[str] | None = None
    target_id: int | None = None
    extend: str = ""
    group_task_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The recipients of a request, column by column; every list as long as `recipients`.

    `recipients` are normalised numbers, None for one that is not to be stored (it was refused in
    the answer; its id stays unused). An empty list stands for "the same for all": no `variables`
    of their own, `parts` as in `default_parts`, no `blocked` codes of their own.
    """

    recipients: Sequence[str | None]
    default_parts: int
    parts: Sequence[int] = ()
    variables: Sequence[Sequence[str]] = ()
    blocked: Sequence[str | None] = field(default=())


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who a request is: `smsMsgId` of position i is ``{uuid}_{first_id + i}`` (ruling 8)."""

    first_id: int
    uuid: uuid.UUID
    created_at: datetime

    def part(self, offset: int) -> "Accepted":
        """A request that shares this one's uuid and takes its ids, from `offset` on."""
        return replace(self, first_id=self.first_id + offset)

    def sms_msg_ids(self, count: int) -> list[str]:
        prefix = f"{self.uuid}_"
        return [f"{prefix}{number}" for number in range(self.first_id, self.first_id + count)]


_STORE = """
WITH {pay}request AS (
    INSERT INTO messaging_sendrequest
        (id, uuid, customer_id, application_id, source, group_task_id, type, template_version_id,
         signature_id, signature_name, sender, channel_id, target_id, extend, variables, count,
         created_at, priority, dispatch)
    SELECT %(id)s::bigint, %(uuid)s::uuid, %(customer)s::bigint, %(application)s::bigint,
           %(source)s::smallint, %(group_task)s::bigint, %(type)s::text, %(version)s::bigint,
           %(signature)s::bigint, %(signature_name)s::text, %(sender)s::text, %(channel)s::bigint,
           %(target)s::bigint, %(extend)s::text, %(shared)s::jsonb, %(count)s::integer,
           %(now)s::timestamptz, %(priority)s::smallint, %(dispatch)s::smallint
    {if_paid}
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
){report}
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


def _store(*, is_paid: bool, is_reported: bool) -> bytes:
    """The statement: with a payment it stores all or, unpaid, nothing."""
    return _STORE.format(
        pay=f"{charging.SQL}, " if is_paid else "",
        if_paid="FROM paid" if is_paid else "",
        recipients=f"CASE WHEN EXISTS (SELECT FROM paid) THEN {_RECIPIENTS} END"
        if is_paid
        else _RECIPIENTS,
        returning="RETURNING id, parts, code" if is_reported else "",
        report=_REPORT if is_reported else "",
        then="SELECT count(*) FROM paid" if is_paid else "SELECT 1",
    ).encode()


# Only requests with blocked numbers owe reports already now.
STORE = _store(is_paid=False, is_reported=False)
STORE_AND_REPORT = _store(is_paid=False, is_reported=True)
PAY = _store(is_paid=True, is_reported=False)
PAY_AND_REPORT = _store(is_paid=True, is_reported=True)


def issue(count: int) -> Accepted:
    """Take the ids of `count` messages, whether or not they are going to be stored."""
    return Accepted(allocate(count), uuid.uuid4(), timezone.now())


def accept(envelope: Envelope, columns: Columns, accepted: Accepted | None = None) -> Accepted:
    """Store a request and its messages; when this returns outside a transaction, they are safe.

    `accepted` is the identity to store them under when it was issued before.

    Messages under a blocking code (of the route, of their own, or of a rule) are stored as failed
    with that code and their reports are owed at once (rulings 6 and 38). The rest waits for the
    carrier, whose bell is rung after the commit.

    Raises `ThresholdReached` when the customer may not send so many (ruling 14).
    """
    count = len(columns.recipients)
    blocked = columns.blocked
    if envelope.route.blocked:
        blocked = [envelope.route.blocked] * count
    accepted = accepted or issue(count)
    slice_ = _seen_by_rules(envelope, columns, accepted)
    blocked = verdicts.judge(slice_, blocked)
    with verdicts.counted(slice_, blocked):
        _keep(envelope, columns, accepted, blocked)
    return accepted


def _keep(
    envelope: Envelope, columns: Columns, accepted: Accepted, blocked: verdicts.Blocked
) -> None:
    """Write the rows, and ring for those who wait for them."""
    is_any_blocked = any(blocked)
    is_all_blocked = is_any_blocked and all(
        code for code, number in zip(blocked, columns.recipients, strict=True) if number
    )
    parameters = _parameters(envelope, columns, accepted, blocked, is_all_blocked)
    if bill := _bill(envelope, columns, blocked, accepted):
        _store_paid(bill, parameters, is_reported=is_any_blocked)
    else:
        _execute(STORE_AND_REPORT if is_any_blocked else STORE, parameters)
    if not is_all_blocked:
        transaction.on_commit(ring_carrier)
    if is_any_blocked and envelope.target_id is not None:
        transaction.on_commit(ring_callbacks)


def _seen_by_rules(envelope: Envelope, columns: Columns, accepted: Accepted) -> verdicts.Slice:
    return verdicts.Slice(
        customer_id=envelope.customer_id,
        application_id=envelope.application_id,
        version_id=envelope.template.version_id,
        channel_number=envelope.route.channel_number,
        type=envelope.template.type,
        recipients=columns.recipients,
        variables=envelope.variables or (),
        own=columns.variables,
        moment=accepted.created_at,
        is_platforms=envelope.source == SendRequest.Source.PLATFORM,
    )


def _bill(
    envelope: Envelope, columns: Columns, blocked: Sequence[str | None], accepted: Accepted
) -> Bill | None:
    """What a request costs its customer; None where nothing is charged."""
    if envelope.source == SendRequest.Source.PLATFORM or not charging.is_charged(
        envelope.customer_id
    ):
        return None
    return charging.bill(
        customer_id=envelope.customer_id,
        message_type=envelope.template.type,
        parts=_due(columns, blocked),
        moment=accepted.created_at,
    )


def _due(columns: Columns, blocked: Sequence[str | None]) -> int:
    """The parts of the messages that go to the carrier."""
    if not columns.parts and not any(blocked):
        return columns.default_parts * (len(columns.recipients) - columns.recipients.count(None))
    parts = columns.parts or repeat(columns.default_parts)
    rows = zip(columns.recipients, blocked or repeat(None), parts, strict=False)
    return sum(count for number, code, count in rows if number and not code)


def _store_paid(bill: Bill, parameters: dict[str, Any], *, is_reported: bool) -> None:
    """Store a request if it can be paid: from one portion, else with the account locked."""
    statement = PAY_AND_REPORT if is_reported else PAY
    paying = parameters | charging.columns(bill)
    if _execute(statement, paying):
        return
    moment = parameters["now"]
    charging.refuse_unless_covered(bill, moment=moment)
    with transaction.atomic():
        charging.lock_account(bill)
        if not _execute(statement, paying):
            shares = charging.pay_together(bill, moment=moment)
            _execute(STORE_AND_REPORT if is_reported else STORE, parameters)
            charging.record(shares, bill, parameters)


def _execute(statement: bytes, parameters: dict[str, Any]) -> bool:
    """Run one of the statements above; whether it stored the request."""
    with slice_cursor() as cursor:
        cursor.execute(statement, parameters)
        return bool(only_row(cursor)[0])


def accept_group_slice(
    *,
    task: GroupTask,
    recipients: list[str],
    variables: list[list[str]] | None,
    parts: list[int],
) -> int:
    """Accept one slice of a group task inside the caller's transaction; return the request id.

    Whether template and signature may be used is the caller's question, asked when the task starts.
    Raises `NotPaid` as `accept` does.
    """
    template = catalogue.approved(task.template)
    route = find_route(
        application_id=task.application_id,
        template=template,
        channel_number=task.signature.channel_number,
        signature=task.signature.name,
    )
    if route.refused:  # changed since the task started: told in the report, as nobody is asking
        route = replace(route, refused="", blocked=route.refused)
    envelope = Envelope(
        customer_id=task.customer_id,
        application_id=task.application_id,
        template=template,
        route=route,
        source=SendRequest.Source.GROUP,
        target_id=catalogue.batch_target_id(task.customer_id, task.application_id),
        group_task_id=task.pk,
    )
    columns = Columns(
        recipients=recipients, default_parts=1, parts=parts, variables=variables or ()
    )
    try:
        return accept(envelope, columns).first_id
    except ThresholdReached as refusal:  # told in the report, as nobody is asking
        refusal.tell()
        beyond = replace(columns, blocked=[refusal.code] * len(recipients))
        return accept(envelope, beyond).first_id


def _parameters(
    envelope: Envelope,
    columns: Columns,
    accepted: Accepted,
    blocked: Sequence[str | None],
    is_all_blocked: bool,
) -> dict[str, Any]:
    route = envelope.route
    done = SendRequest.Dispatch.DONE if is_all_blocked else SendRequest.Dispatch.WAITING
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
        "channel": route.channel_id,
        "target": envelope.target_id,
        "extend": envelope.extend,
        "shared": Jsonb(list(envelope.variables)) if envelope.variables else None,
        "count": len(columns.recipients),
        "now": accepted.created_at,
        "priority": PRIORITY[MessageType(envelope.template.type)].value,
        "dispatch": done.value,
        "parts": columns.default_parts,
        "recipients": columns.recipients,
        "own": [json.dumps(values, ensure_ascii=False) for values in columns.variables],
        "own_parts": list(columns.parts),
        "blocked": list(blocked) if any(blocked) else [],
    }
