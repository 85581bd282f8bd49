"""The stored traffic of a day, in slices: number by number, or request by request."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from common.clock import platform_zone
from common.sql import slice_cursor
from messaging.models import SendRequest
from messaging.models.ids import first_id

SLICE = 4_000
"""Messages read at a time."""

_DAY = timedelta(days=1)

# In the order of the index on the recipient: all messages of a number come together.
_BY_NUMBER = """
SELECT message.id, message.recipient, request.created_at, request.customer_id,
       request.application_id, request.type, request.template_version_id, request.sender,
       request.source = %(platform)s, COALESCE(message.variables, request.variables)::text,
       COALESCE(hit.kind, CASE WHEN message.state = 11 AND message.submitted_at IS NULL
                               THEN message.code ELSE '' END)
FROM (
    SELECT id, request_id, recipient, variables, state, submitted_at, code
    FROM messaging_message
    WHERE id >= {floor} AND id < {ceiling} AND {part}
      AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s)
    ORDER BY recipient, id {limit}
) AS message
JOIN messaging_sendrequest AS request
  ON request.id = message.request_id AND request.id >= {floor} AND request.id < {ceiling}
LEFT JOIN messaging_rulehit AS hit
  ON hit.message_id = message.id AND hit.message_id >= {floor} AND hit.message_id < {ceiling}
ORDER BY message.recipient, message.id
"""
_AFTER = "recipient > %(after)s"
_OF_ONE = "recipient = %(after)s"

# The messages of a request have the ids from its own on.
_BY_REQUEST = """
SELECT request.id, request.created_at, request.customer_id, request.application_id, request.type,
       request.template_version_id, counted.all, counted.sent, counted.stopped
FROM messaging_sendrequest AS request
CROSS JOIN LATERAL (
    SELECT count(*) AS all,
           count(*) FILTER (WHERE state <> 11 OR submitted_at IS NOT NULL) AS sent,
           count(*) FILTER (WHERE code = %(code)s AND submitted_at IS NULL) AS stopped
    FROM messaging_message
    WHERE id >= request.id AND id < request.id + request.count
      AND id >= {floor} AND id < {ceiling}
) AS counted
WHERE request.id >= {floor} AND request.id < {ceiling} AND request.source <> %(platform)s
  AND (%(customer)s::bigint IS NULL OR request.customer_id = %(customer)s)
ORDER BY request.created_at, request.id
"""

_BY_TIME = """
SELECT message.id, request.created_at, request.customer_id, request.application_id, request.type,
       request.template_version_id, 1, (hit.kind IS NULL)::integer,
       (hit.kind IS NOT NULL AND hit.kind = %(kind)s)::integer, message.recipient
FROM messaging_sendrequest AS request
JOIN messaging_message AS message
  ON message.request_id = request.id AND message.id >= request.id
 AND message.id < request.id + request.count
 AND message.id >= {floor} AND message.id < {ceiling}
LEFT JOIN messaging_rulehit AS hit
  ON hit.message_id = message.id AND hit.message_id >= {floor} AND hit.message_id < {ceiling}
WHERE request.id >= {floor} AND request.id < {ceiling} AND request.source <> %(platform)s
  AND request.type = %(type)s
  AND (%(customer)s::bigint IS NULL OR request.customer_id = %(customer)s)
ORDER BY request.created_at, message.id
"""

_BEFORE = """
SELECT customer_id, sum(count) FROM messaging_sendrequest
WHERE id >= %s AND id < %s AND source <> %s AND (%s::bigint IS NULL OR customer_id = %s)
GROUP BY customer_id
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it was accepted; `stopped_by` is the kind of rule that stopped it, if any
    (`RuleHit.Kind`).

    `values` are those of its variables; empty when it has none, or when they are erased already
    (ruling 29).
    """

    id: int
    recipient: str
    at: datetime
    customer_id: int
    application_id: int
    type: str
    version_id: int
    channel_number: str
    is_platforms: bool
    values: tuple[str, ...]
    stopped_by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and its messages: how many, how many went out, how many the rule stopped."""

    id: int
    at: datetime
    customer_id: int
    application_id: int
    type: str
    version_id: int
    count: int
    sent: int
    stopped: int
    recipient: str = ""
    """Of a single message."""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of the platform's zone: the one that is judged, and whether the day before it
    is read as well, for rules that look back."""

    day: date
    looks_back: bool = False

    @property
    def begins_at(self) -> datetime:
        """Midnight of the day that is judged."""
        return datetime.combine(self.day, datetime.min.time(), platform_zone())

    @property
    def bounds(self) -> tuple[int, int]:
        """The ids to read, as in `range`."""
        return first_id(self.day - _DAY if self.looks_back else self.day), first_id(self.day + _DAY)


def numbers_after(
    days: Days, after: str, *, customer_id: int | None = None, size: int | None = None
) -> list[list[Sent]]:
    """The messages of the next numbers behind `after`, those of each number together and in order.

    About `size` messages, `SLICE` by default, never a part of a number's; empty at the end.
    """
    size = size or SLICE
    found = _read(days, _AFTER, after, customer_id, f"LIMIT {size}")
    if len(found) == size:  # the last number may go on
        last = found[-1].recipient
        found = [message for message in found if message.recipient != last]
        if not found:
            found = _read(days, _OF_ONE, last, customer_id, "")
    return list(_grouped(found))


def requests_of(days: Days, code: str, *, customer_id: int | None = None) -> Iterator[Asked]:
    """The requests of the days in the order in which they came, without the platform's own.

    `code` is that of the rule. Streamed by the server; ask for them inside a transaction.
    """
    return _streamed(_BY_REQUEST, days, {"code": code, "customer": customer_id})


def messages_of(
    days: Days, kind: str, type: str, *, customer_id: int | None = None
) -> Iterator[Asked]:
    """The messages of a type likewise, each by itself; `kind` is that of the rule."""
    return _streamed(_BY_TIME, days, {"kind": kind, "type": type, "customer": customer_id})


def _streamed(statement: str, days: Days, parameters: dict[str, Any]) -> Iterator[Asked]:
    floor, ceiling = days.bounds
    platform = {"platform": SendRequest.Source.PLATFORM.value}
    connection.ensure_connection()
    with connection.connection.cursor(name="traffic_of_a_day") as cursor:
        cursor.itersize = SLICE
        cursor.execute(statement.format(floor=floor, ceiling=ceiling), parameters | platform)
        for row in cursor:
            yield Asked(*row)


def counted_before(day: date, customer_id: int | None) -> dict[int, int]:
    """What each customer sent in the month of a day, up to the day before."""
    floor, ceiling = first_id(day.replace(day=1)), first_id(day)
    source = SendRequest.Source.PLATFORM.value
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [floor, ceiling, source, customer_id, customer_id])
        return {customer: int(count) for customer, count in cursor.fetchall()}


def _read(days: Days, part: str, after: str, customer_id: int | None, limit: str) -> Sequence[Sent]:
    floor, ceiling = days.bounds
    statement = _BY_NUMBER.format(floor=floor, ceiling=ceiling, part=part, limit=limit)
    parameters = {
        "after": after,
        "customer": customer_id,
        "platform": SendRequest.Source.PLATFORM.value,
    }
    with slice_cursor() as cursor:
        cursor.execute(statement.encode(), parameters, prepare=False)
        return [_sent(row) for row in cursor.fetchall()]


def _sent(row: Sequence[Any]) -> Sent:
    values = tuple(json.loads(row[9])) if row[9] else ()
    columns = (*row[:9], values, *row[10:])
    return Sent(*columns)


def _grouped(found: Sequence[Sent]) -> Iterator[list[Sent]]:
    group: list[Sent] = []
    for message in found:
        if group and group[0].recipient != message.recipient:
            yield sorted(group, key=lambda one: one.at)
            group = []
        group.append(message)
    if group:
        yield sorted(group, key=lambda one: one.at)
