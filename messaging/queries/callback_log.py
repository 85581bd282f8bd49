"""The callback log: every attempt to push a status report, the newest messages' first.

Attempts have no index on the customer. As with messages, a search walks the customer's requests,
newest first, and looks into the run of ids each request names; a search for one message or one
number starts there. It stops as soon as the page is full. Ids say their day, so the bounds written
into the statement leave the partitions of other days out when it is planned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.clock import local_day
from customers.models import Application, Customer
from messaging.models import Callback
from messaging.models.ids import first_id


class Outcome(TextChoices):
    """What came of a report so far."""

    DELIVERED = "delivered", _("Pushed")
    WAITING = "waiting", _("Waiting for the first attempt")
    FAILED = "failed", _("Failed, attempted again")
    GIVEN_UP = "given_up", _("Given up")


_OUTCOMES = {
    Outcome.DELIVERED: "callback.state = 1",
    Outcome.WAITING: "callback.state = 0 AND callback.attempts = callback.attempts_before",
    Outcome.FAILED: "callback.state = 0 AND callback.attempts > callback.attempts_before",
    Outcome.GIVEN_UP: "callback.state = 2",
}


class Place(NamedTuple):
    """A place in the log, which goes from high to low; attempt 0 is a report never attempted."""

    message_id: int
    sequence: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSearch:
    """What is looked for. `start` and `end` are aware instants of the submission of messages."""

    customer: Customer
    start: datetime
    end: datetime
    application: Application | None = None
    address: str = ""
    """A part of the address, in any case."""
    outcome: Outcome | None = None
    recipient: str = ""
    message_id: int | None = None
    request_uuid: UUID | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An attempt with its report; `number`, `at` and `elapsed_ms` are empty before the first."""

    message_id: int
    sequence: int
    state: int
    next_attempt_at: datetime
    url: str
    number: int
    at: datetime | None
    http_status: int | None
    error: str
    elapsed_ms: int | None
    request_uuid: UUID
    application_name: str
    recipient: str
    parts: int

    @property
    def place(self) -> Place:
        return Place(self.message_id, self.sequence, self.number)

    @property
    def sms_msg_id(self) -> str:
        return f"{self.request_uuid}_{self.message_id}"

    @property
    def is_acknowledged(self) -> bool:
        return self.http_status is not None and 200 <= self.http_status < 300

    @property
    def is_given_up(self) -> bool:
        return self.state == Callback.State.GIVEN_UP

    @property
    def is_due(self) -> bool:
        return self.state == Callback.State.DUE


# LATERAL … LIMIT keeps the planner at index probes, however many rows it expects.
_MESSAGE = """
CROSS JOIN LATERAL (
    SELECT recipient, parts FROM messaging_message
    WHERE id = entry.message_id AND id >= %(lowest)s AND id < %(highest)s LIMIT 1
) AS message
"""
_REQUEST = """
CROSS JOIN LATERAL (
    SELECT id, uuid, application_id FROM messaging_sendrequest AS request
    WHERE id = message.request_id AND id >= %(lowest)s AND id < %(highest)s
      AND {request_conditions} LIMIT 1
) AS request
"""
_ENTRY = """
CROSS JOIN LATERAL (
    SELECT callback.message_id, callback.sequence, callback.state, callback.next_attempt_at,
           target.url,
           COALESCE(attempt.number, 0) AS number, attempt.at, attempt.http_status,
           COALESCE(attempt.error, '') AS error, attempt.elapsed_ms
    FROM messaging_callback AS callback
    JOIN messaging_callbacktarget AS target ON target.id = callback.target_id
    LEFT JOIN LATERAL (
        SELECT number, at, http_status, error, elapsed_ms FROM messaging_callbackattempt AS attempt
        WHERE attempt.message_id = callback.message_id AND attempt.sequence = callback.sequence
          AND attempt.message_id >= %(lowest)s AND attempt.message_id < %(highest)s
    ) AS attempt ON true
    WHERE {run} AND {callback_conditions}
      AND (callback.message_id, callback.sequence, COALESCE(attempt.number, 0))
          < (%(before_message)s, %(before_sequence)s, %(before_number)s)
    ORDER BY callback.message_id DESC, callback.sequence DESC, number DESC LIMIT %(limit)s
) AS entry
"""
_REPORT = """
CROSS JOIN LATERAL (
    SELECT callback.message_id, callback.sequence FROM messaging_callback AS callback
    JOIN messaging_callbacktarget AS target ON target.id = callback.target_id
    WHERE {run} AND {callback_conditions}
    ORDER BY callback.message_id DESC, callback.sequence DESC LIMIT %(limit)s
) AS entry
"""

_OF_REQUESTS = """
FROM messaging_sendrequest AS request {entry} {message}
{application} WHERE {request_conditions}
ORDER BY request.id DESC, entry.message_id DESC, entry.sequence DESC {last} LIMIT %(limit)s
"""
_OF_MESSAGES = """
FROM messaging_message AS message {request} {entry}
{application} WHERE {message_conditions}
ORDER BY message.id DESC, entry.sequence DESC {last} LIMIT %(limit)s
"""
_APPLICATION = """
JOIN customers_application AS application ON application.id = request.application_id
"""
_RUN_OF_REQUEST = (
    "callback.message_id >= request.id AND callback.message_id < request.id + request.count"
)
_RUN_OF_MESSAGE = "callback.message_id = message.id"

_COLUMNS = ", ".join(
    {
        "request_uuid": "request.uuid",
        "application_name": "application.name",
        "recipient": "message.recipient",
        "parts": "message.parts",
    }.get(field.name, f"entry.{field.name}")
    for field in fields(LogEntry)
)

_TOP = Place(2**62, 0, 0)


def find_attempts(
    search: CallbackSearch, *, limit: int, before: Place | None = None
) -> list[LogEntry]:
    """The newest `limit` entries that match, below the place `before`, in one query.

    An entry is an attempt, or a report that was not attempted yet. The order is that of messages,
    then parts, then attempts: all attempts of a report stand together.
    """
    statement = _statement(
        search, f"SELECT {_COLUMNS}", entry=_ENTRY, message=_MESSAGE, last=", entry.number DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(search, before or _TOP, limit))
        return [LogEntry(*row) for row in cursor.fetchall()]


def find_reports(search: CallbackSearch, *, limit: int) -> list[tuple[int, int]]:
    """The reports that match, (message id, sequence), at most `limit`, in one query."""
    statement = _statement(
        search, "SELECT entry.message_id, entry.sequence", entry=_REPORT, message="", last=""
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(search, _TOP, limit))
        return [(message_id, sequence) for message_id, sequence in cursor.fetchall()]


def _statement(search: CallbackSearch, select: str, *, entry: str, message: str, last: str) -> str:
    starts_at_message = bool(search.recipient) or search.message_id is not None
    shape = _OF_MESSAGES if starts_at_message else _OF_REQUESTS
    request_conditions = " AND ".join(_request_conditions(search))
    return select + shape.format(
        request=_REQUEST.format(request_conditions=request_conditions),
        entry=entry.format(
            run=_RUN_OF_MESSAGE if starts_at_message else _RUN_OF_REQUEST,
            callback_conditions=" AND ".join(_callback_conditions(search)),
        ),
        message=message,
        application=_APPLICATION if message else "",
        request_conditions=request_conditions,
        message_conditions=" AND ".join(_message_conditions(search)),
        last=last,
    )


def _message_conditions(search: CallbackSearch) -> Iterator[str]:
    yield "message.customer_id = %(customer)s"
    yield "message.id >= %(lowest)s AND message.id < %(beyond)s"
    if search.recipient:
        yield "message.recipient = %(recipient)s"
    if search.message_id is not None:
        yield "message.id = %(message_id)s"


def _request_conditions(search: CallbackSearch) -> Iterator[str]:
    yield "request.customer_id = %(customer)s"
    yield "request.id >= %(lowest)s AND request.id < %(beyond)s"
    yield "request.created_at >= %(start)s AND request.created_at <= %(end)s"
    if search.request_uuid is not None:
        yield "request.uuid = %(request_uuid)s"
    if search.application is not None:
        yield "request.application_id = %(application)s"


def _callback_conditions(search: CallbackSearch) -> Iterator[str]:
    yield "callback.message_id >= %(lowest)s AND callback.message_id < %(highest)s"
    if search.outcome is not None:
        yield _OUTCOMES[search.outcome]
    if search.address:
        yield "strpos(lower(target.url), lower(%(address)s)) > 0"


def _values(search: CallbackSearch, before: Place, limit: int) -> dict[str, Any]:
    highest = first_id(local_day(search.end) + timedelta(days=1))
    return {
        "customer": search.customer.pk,
        "lowest": first_id(local_day(search.start)),
        "highest": highest,
        # Requests beyond `before` have no report below it: they are not looked at again.
        "beyond": min(highest, before.message_id + 1),
        "before_message": before.message_id,
        "before_sequence": before.sequence,
        "before_number": before.number,
        "start": search.start,
        "end": search.end,
        "limit": limit,
        "recipient": search.recipient,
        "message_id": search.message_id,
        "request_uuid": search.request_uuid,
        "application": search.application and search.application.pk,
        "address": search.address,
    }
