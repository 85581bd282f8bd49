"""Reading messages for people: the newest ones of a customer that match what they look for.

Messages have no index on the customer. Their requests have one, so a search walks the customer's
own requests, newest first, and looks into the run of ids each request names
(messaging/models/ids.py). A search for a number starts from the index on the recipient instead.
Either way it stops as soon as the page is full.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from common.clock import local_day, now
from customers.models import Application, Customer, Delivery
from messaging.models import GroupTask, Message, SendRequest
from messaging.models.ids import first_id
from reviews.models import Template

_BY_REQUEST = """
SELECT message.id
FROM messaging_sendrequest AS request
CROSS JOIN LATERAL (
    SELECT id FROM messaging_message AS message
    WHERE message.id >= request.id AND message.id < request.id + request.count
      AND {message_conditions}
    ORDER BY id DESC LIMIT %(limit)s
) AS message
WHERE {request_conditions}
ORDER BY request.id DESC, message.id DESC LIMIT %(limit)s
"""

_BY_RECIPIENT = """
SELECT message.id
FROM messaging_message AS message
JOIN messaging_sendrequest AS request ON request.id = message.request_id
WHERE {message_conditions} AND {request_conditions}
ORDER BY message.id DESC LIMIT %(limit)s
"""


_RELATED = ("request__application", "request__template_version__template")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSearch:
    """What is looked for. `start` and `end` are aware instants, `recipient` is `+86138…`."""

    customer: Customer
    start: datetime
    end: datetime
    recipient: str = ""
    state: Message.State | None = None
    message_id: int | None = None
    request_uuid: UUID | None = None
    application: Application | None = None
    template: Template | None = None
    group_task: GroupTask | None = None


def find_messages(search: MessageSearch, *, limit: int, before: int | None = None) -> list[Message]:
    """The newest `limit` messages that match, below the id `before`, in two queries.

    Each comes with its request, application and template.
    """
    shape = _BY_RECIPIENT if search.recipient else _BY_REQUEST
    conditions = {
        "message_conditions": " AND ".join(_message_conditions(search)),
        "request_conditions": " AND ".join(_request_conditions(search)),
    }
    with connection.cursor() as cursor:
        cursor.execute(shape.format(**conditions), _values(search, before, limit))
        ids = [row[0] for row in cursor.fetchall()]
    found = Message.objects.for_customer(search.customer).filter(id__in=ids)
    return list(found.select_related(*_RELATED).order_by("-id"))


def platform_messages(customer: Customer, *, start: datetime) -> list[Message]:
    """What the platform itself sent to a customer's people since `start` and was delivered."""
    sent = Delivery.objects.filter(customer=customer, sent_at__gte=start, message_id__isnull=False)
    found = Message.objects.filter(
        id__in=list(sent.values_list("message_id", flat=True)), state=Message.State.DELIVERED
    )
    return list(found.select_related(*_RELATED))


def sent_today(customer: Customer) -> int:
    """How many messages of the customer were accepted since midnight of the platform's zone."""
    today = SendRequest.objects.for_customer(customer).filter(id__gte=first_id(local_day(now())))
    return today.aggregate(total=Sum("count"))["total"] or 0


def _message_conditions(search: MessageSearch) -> Iterator[str]:
    yield "message.id >= %(lowest)s AND message.id < %(beyond)s"
    if search.recipient:
        yield "message.recipient = %(recipient)s"
    if search.state is not None:
        yield "message.state = %(state)s"
    if search.message_id is not None:
        yield "message.id = %(message_id)s"


def _request_conditions(search: MessageSearch) -> Iterator[str]:
    yield "request.customer_id = %(customer)s"
    yield "request.id >= %(lowest)s AND request.id < %(beyond)s"
    yield "request.created_at >= %(start)s AND request.created_at <= %(end)s"
    if search.request_uuid is not None:
        yield "request.uuid = %(request_uuid)s"
    if search.application is not None:
        yield "request.application_id = %(application)s"
    if search.group_task is not None:
        yield "request.group_task_id = %(group_task)s"
    if search.template is not None:
        yield (
            "request.template_version_id IN "
            "(SELECT id FROM reviews_templateversion WHERE template_id = %(template)s)"
        )


def _values(search: MessageSearch, before: int | None, limit: int) -> dict[str, Any]:
    beyond = first_id(local_day(search.end) + timedelta(days=1))
    return {
        "customer": search.customer.pk,
        "lowest": first_id(local_day(search.start)),
        # Requests beyond `before` have no message below it: they are not looked at again.
        "beyond": beyond if before is None else min(beyond, before),
        "start": search.start,
        "end": search.end,
        "limit": limit,
        "recipient": search.recipient,
        "state": search.state,
        "message_id": search.message_id,
        "request_uuid": search.request_uuid,
        "application": search.application and search.application.pk,
        "group_task": search.group_task and search.group_task.pk,
        "template": search.template and search.template.pk,
    }
