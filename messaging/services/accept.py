"""Take messages in: rules are asked, rows stored, then the carrier's bell is rung.

Everything that sends comes through `accept`: the API, the slices of group tasks, the platform's own
messages.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

from django.db import transaction

from common.rounds import step_aside
from messaging.models import GroupTask, SendRequest
from messaging.policy import verdicts
from messaging.policy.hits import Judgement

from . import catalogue, charging, joint, stopped, storing
from .charging import Bill
from .doorbell import ring_callbacks, ring_carrier
from .envelope import Accepted, Columns, Envelope, issue
from .route import find_route


def accept(envelope: Envelope, columns: Columns, accepted: Accepted | None = None) -> Accepted:
    """Store a request and its messages; when this returns outside a transaction, they are safe.

    `accepted` is the identity to store them under when it was issued before.

    Messages under a blocking code (of the route, of their own, or of a rule) are stored as failed
    with that code and their reports are owed at once (rulings 6 and 38). The rest waits for the
    carrier, whose bell is rung after the commit.

    Raises `ThresholdReached` when the customer may not send so many (ruling 14).
    """
    accepted = accepted or issue(len(columns.recipients))
    slice_ = _seen_by_rules(envelope, columns, accepted)
    before = stopped.before(
        envelope.customer_id, envelope.route, columns.recipients, columns.blocked
    )
    with verdicts.judged(slice_, before) as judgement:
        row = storing.parameters(envelope, columns, accepted, judgement.codes)
        bill = _bill(envelope, columns, judgement.codes, accepted)
        is_joined = not bill and not any(judgement.codes) and joint.takes(row)
        count = verdicts.counting(slice_, judgement)
        if not (is_joined and joint.store(row, count)):
            step_aside()  # it keeps nobody of its round who is stored together with others
            with verdicts.unless_failed(slice_, judgement):
                _store(row, bill, judgement, count)
            if row["dispatch"] == SendRequest.Dispatch.WAITING:
                transaction.on_commit(ring_carrier)
    return accepted


def _store(row: dict[str, Any], bill: Bill | None, judgement: Judgement, count: int) -> None:
    """Write the rows of one request, of which `count` messages count towards thresholds.

    Who pushes reports is rung for those of blocked messages.
    """
    is_reported = any(judgement.codes)
    if is_reported:
        row |= stopped.columns(judgement)
        if row["target"] is not None:
            transaction.on_commit(ring_callbacks)
    if bill:
        storing.store_paid(bill, row, count, is_reported=is_reported)
    else:
        storing.store(row, count, is_reported=is_reported)


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
        client_address=envelope.client_address,
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


def accept_group_slice(
    *,
    task: GroupTask,
    recipients: list[str],
    variables: list[list[str]] | None,
    parts: list[int],
) -> int:
    """Accept one slice of a group task inside the caller's transaction; return the request id.

    Whether template and signature may be used is the caller's question, asked when the task starts.
    Raises `NotPaid` and `ThresholdReached` as `accept` does.
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
    return accept(envelope, columns).first_id
