"""Where a search for messages looks, as SQL.

Messages have no index on the customer. Their requests have one, so a search walks the customer's
own requests, newest first, and looks into the run of ids each request names
(messaging/models/ids.py). A search for a number or one message starts at the message instead.
The bounds are written into the statement as numbers, so that it is planned for the days it is
about only; LATERAL … LIMIT keeps the planner at index probes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import local_day
from customers.models import Customer
from messaging.models import Message
from messaging.models.ids import first_id

UNKNOWN_SIGNATURE = 0
"""Stands for messages whose channel number and name led to no signature (console.md §11)."""


class Result(TextChoices):
    """What became of a message, as console.md §11 tells it apart."""

    SUCCESSFUL = "successful", _("Successful")
    FAILED = "failed", _("Failed")
    SENDING = "sending", pgettext_lazy("outcome of messages", "Sending")


STATES = {
    Result.SUCCESSFUL: (Message.State.DELIVERED,),
    Result.FAILED: (Message.State.FAILED, Message.State.EXPIRED),
    Result.SENDING: (Message.State.ACCEPTED, Message.State.SUBMITTED, Message.State.UNKNOWN),
}


_PASSING = ("result", "code", "application_id", "template_ids", "signature_id", "type", "sender")
"""Fields that no index finds: a walk looks at them in each request or message it passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSearch:
    """What is looked for. `start` and `end` are aware instants, `recipient` is `+86138…`.

    Empty values and None leave a field open; an empty tuple of templates is met by no message.
    """

    customer: Customer
    start: datetime
    end: datetime
    recipient: str = ""
    result: Result | None = None
    code: str = ""
    message_id: int | None = None
    request_uuid: UUID | None = None
    application_id: int | None = None
    template_ids: tuple[int, ...] | None = None
    signature_id: int | None = None
    type: str = ""
    sender: str = ""
    """The beginning of the channel number."""
    group_task_id: int | None = None

    @property
    def starts_at_message(self) -> bool:
        return bool(self.recipient) or self.message_id is not None

    @property
    def skips_rows(self) -> bool:
        """Whether a walk over the customer's requests may pass many that do not match."""
        is_direct = self.starts_at_message or self.request_uuid is not None
        return not is_direct and any(getattr(self, name) not in (None, "") for name in _PASSING)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ids looked into, lowest ≤ id < beyond."""

    lowest: int
    beyond: int

    @classmethod
    def of(cls, search: MessageSearch, before: int | None = None) -> "Bounds":
        """All days of the search, below the message `before`."""
        beyond = first_id(local_day(search.end) + timedelta(days=1))
        lowest = first_id(local_day(search.start))
        return cls(lowest, beyond if before is None else min(beyond, before))


Statement = tuple[str, dict[str, Any]]
"""SQL with its parameters."""

_BY_REQUEST = """
SELECT {columns}
FROM messaging_sendrequest AS request
CROSS JOIN LATERAL (
    SELECT * FROM messaging_message AS message
    WHERE message.id >= request.id AND message.id < request.id + request.count
      AND {message_conditions}
    ORDER BY message.id DESC LIMIT %(limit)s
) AS message
{source}
WHERE {request_conditions}
ORDER BY request.id DESC, message.id DESC LIMIT %(limit)s
"""

_BY_MESSAGE = """
SELECT {columns}
FROM messaging_message AS message
CROSS JOIN LATERAL (
    SELECT * FROM messaging_sendrequest AS request
    WHERE request.id = message.request_id AND {request_conditions} LIMIT 1
) AS request
{source}
WHERE {message_conditions}
ORDER BY message.id DESC LIMIT %(limit)s
"""

_SOURCE = """
LEFT JOIN LATERAL (
    SELECT source FROM messaging_part AS part
    WHERE part.message_id = message.id AND part.code = message.code
      AND part.message_id >= %(lowest)s AND part.message_id < %(beyond)s
    ORDER BY sequence LIMIT 1
) AS part ON true
"""

# The walk itself: how far down a page can look without becoming slow.
_FLOOR = """
SELECT min(id) FILTER (WHERE passed < %(most_messages)s),
       count(*) = %(most_requests)s OR COALESCE(bool_or(passed >= %(most_messages)s), false)
FROM (
    SELECT id, sum(count) OVER (ORDER BY id DESC) - count AS passed
    FROM (
        SELECT id, count FROM messaging_sendrequest AS request
        WHERE {own} AND id >= %(lowest)s AND id < %(beyond)s
        ORDER BY id DESC LIMIT %(most_requests)s
    ) AS newest
) AS walked
"""


def rows_statement(
    search: MessageSearch, bounds: Bounds, *, columns: str, limit: int, has_source: bool = False
) -> Statement:
    """The newest `limit` messages that match within the bounds.

    `columns` may name those of `message` and `request`, and with `has_source` `part.source`.
    """
    shape = _BY_MESSAGE if search.starts_at_message else _BY_REQUEST
    sql = shape.format(
        columns=columns,
        source=_SOURCE if has_source else "",
        message_conditions=" AND ".join(_of_message(search)),
        request_conditions=" AND ".join(_of_request(search)),
    )
    return sql, _values(search, bounds) | {"limit": limit}


def floor_statement(
    search: MessageSearch, bounds: Bounds, *, most_requests: int, most_messages: int
) -> Statement:
    """The request down to which a walk gets with so many requests or messages, and is there more.

    The customer's (or the group task's) requests count whether or not they match.
    """
    values = _values(search, bounds)
    own = "customer_id = %(customer)s"
    if search.group_task_id is not None:
        own += " AND group_task_id = %(group_task)s"
    sql = _FLOOR.format(own=own)
    return sql, values | {"most_requests": most_requests, "most_messages": most_messages}


def _of_message(search: MessageSearch) -> Iterator[str]:
    yield "message.id >= %(lowest)s AND message.id < %(beyond)s"
    yield "message.customer_id = %(customer)s"
    if search.recipient:
        yield "message.recipient = %(recipient)s"
    if search.message_id is not None:
        yield "message.id = %(message_id)s"
    if search.result is not None:
        yield "message.state = ANY(%(states)s)"
    if search.code:
        yield "message.code = %(code)s"


def _of_request(search: MessageSearch) -> Iterator[str]:
    yield "request.customer_id = %(customer)s"
    yield "request.id >= %(lowest)s AND request.id < %(beyond)s"
    yield "request.created_at >= %(start)s AND request.created_at <= %(end)s"
    if search.request_uuid is not None:
        yield "request.uuid = %(request_uuid)s"
    if search.group_task_id is not None:
        yield "request.group_task_id = %(group_task)s"
    if search.application_id is not None:
        yield "request.application_id = %(application)s"
    if search.template_ids is not None:
        yield (
            "request.template_version_id IN "
            "(SELECT id FROM reviews_templateversion WHERE template_id = ANY(%(templates)s))"
        )
    if search.signature_id == UNKNOWN_SIGNATURE:
        yield "request.signature_id IS NULL"
    elif search.signature_id is not None:
        yield "request.signature_id = %(signature)s"
    if search.type:
        yield "request.type = %(type)s"
    if search.sender:
        yield "starts_with(request.sender, %(sender)s)"


def _values(search: MessageSearch, bounds: Bounds) -> dict[str, Any]:
    return {
        "customer": search.customer.pk,
        "lowest": bounds.lowest,
        "beyond": bounds.beyond,
        "start": search.start,
        "end": search.end,
        "recipient": search.recipient,
        "states": [state.value for state in STATES[search.result]] if search.result else [],
        "code": search.code,
        "message_id": search.message_id,
        "request_uuid": search.request_uuid,
        "application": search.application_id,
        "templates": list(search.template_ids or ()),
        "signature": search.signature_id,
        "type": search.type,
        "sender": search.sender,
        "group_task": search.group_task_id,
    }
