"""Messages that rules stopped: the list of them, and how many a rule stopped on a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from common.clock import date_of_index, local_day, now
from common.errors import Refusal
from customers.models import Application, Customer
from messaging.models import RuleHit
from messaging.models.ids import NUMBERS_PER_DAY, first_id
from messaging.services.number_removal import HISTORY

from . import spans

# LATERAL … LIMIT keeps the planner at index probes, whatever it thinks of young partitions.
_HITS = """
SELECT hit.message_id, hit.kind, hit.rule_id, hit.rule_version, hit.matched, message.recipient,
       message.code, request.created_at, request.uuid, request.application_id, request.sender
FROM {hits}
CROSS JOIN LATERAL (
    SELECT uuid, created_at, application_id, sender FROM messaging_sendrequest
    WHERE id = message.request_id AND id >= {floor} AND id < {ceiling} LIMIT 1
) AS request
WHERE hit.customer_id = %(customer)s AND hit.kind = ANY(%(kinds)s)
  AND hit.message_id >= {floor} AND hit.message_id < {ceiling}
  AND request.created_at BETWEEN %(start)s AND %(end)s
  AND (%(application)s::bigint IS NULL OR request.application_id = %(application)s)
ORDER BY hit.message_id DESC LIMIT %(limit)s
"""
_NEWEST_FIRST = """
messaging_rulehit AS hit
CROSS JOIN LATERAL (
    SELECT recipient, code, request_id FROM messaging_message
    WHERE id = hit.message_id AND id >= {floor} AND id < {ceiling} LIMIT 1
) AS message
"""
_OF_NUMBER = """
messaging_message AS message
CROSS JOIN LATERAL (
    SELECT * FROM messaging_rulehit
    WHERE message_id = message.id AND message_id >= {floor} AND message_id < {ceiling}
      AND message.recipient = %(recipient)s AND message.id >= {floor} AND message.id < {ceiling}
    LIMIT 1
) AS hit
"""

_COUNTS = """
SELECT message_id / {day}, kind, count(*) FROM messaging_rulehit
WHERE message_id >= {floor} AND message_id < {ceiling} AND kind = ANY(%(kinds)s)
  AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s)
GROUP BY 1, 2 ORDER BY 1, 2
"""
_RULES = """
SELECT kind, rule_id, max(rule_version), max(matched), count(*) FROM messaging_rulehit
WHERE message_id >= {floor} AND message_id < {ceiling} AND kind = ANY(%(kinds)s)
  AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s)
GROUP BY kind, rule_id, CASE WHEN rule_id = 0 THEN matched END
ORDER BY count(*) DESC, kind, rule_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitSearch:
    """What is looked for. `start` and `end` are aware instants, `recipient` is `+86138…`."""

    customer: Customer
    kinds: Collection[str]
    start: datetime
    end: datetime
    recipient: str = ""
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A message that a rule stopped, with the rule's verdict."""

    hit: RuleHit
    recipient: str
    code: str
    at: datetime
    request_uuid: UUID
    application_id: int
    channel_number: str

    @property
    def sms_msg_id(self) -> str:
        return f"{self.request_uuid}_{self.hit.message_id}"


def hit_span(
    start: datetime | None, end: datetime | None, *, is_of_number: bool
) -> tuple[datetime, datetime]:
    """The time a search is about: at most a week of the last 60 days (spec console §13.2).

    Of one number all of them, when no time is given. Refuses what `spans.check` does, and times
    longer ago.
    """
    moment = now()
    oldest = moment - HISTORY
    if is_of_number and not start and not end:
        return oldest, moment
    start, end = spans.filled(start, end)
    spans.check(start, end)
    if start < oldest - timedelta(minutes=1):
        raise Refusal(
            "span_older_than_hits",
            _("Choose a time within the last %(days)d days."),
            field="start",
            params={"days": HISTORY.days},
        )
    return start, end


def find_hits(search: HitSearch, *, limit: int, before: int | None = None) -> list[FoundHit]:
    """The newest `limit` messages that match, below the message id `before`; one query."""
    floor, ceiling = _bounds(local_day(search.start), local_day(search.end))
    ceiling = ceiling if before is None else min(ceiling, before)
    hits = _OF_NUMBER if search.recipient else _NEWEST_FIRST
    bounds = {"floor": floor, "ceiling": ceiling}
    parameters: dict[str, Any] = {
        "customer": search.customer.pk,
        "kinds": list(search.kinds),
        "start": search.start,
        "end": search.end,
        "recipient": search.recipient,
        "application": search.application and search.application.pk,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HITS.format(hits=hits.format(**bounds), **bounds), parameters)
        return [_found(row, search.customer) for row in cursor.fetchall()]


def count_by_day(
    first: date, last: date, kinds: Sequence[str], customer: Customer | None = None
) -> dict[date, dict[str, int]]:
    """How many messages each kind of rule stopped on each day, days without any included.

    Of all customers when none is given.
    """
    counted: dict[date, dict[str, int]] = {
        first + timedelta(days=each): {} for each in range((last - first).days + 1)
    }
    for index, kind, count in _counted(_COUNTS, first, last, kinds, customer):
        counted[date_of_index(index)][kind] = count
    return counted


def count_by_rule(
    first: date,
    last: date,
    kinds: Sequence[str],
    customer: Customer | None = None,
    *,
    limit: int = 20,
) -> list[tuple[RuleHit, int]]:
    """The rules that stopped most messages, each with one of its verdicts and their number."""
    rows = _counted(_RULES, first, last, kinds, customer, limit=limit)
    return [
        (RuleHit(kind=kind, rule_id=rule_id, rule_version=version, matched=matched), count)
        for kind, rule_id, version, matched, count in rows
    ]


def _counted(
    statement: str,
    first: date,
    last: date,
    kinds: Sequence[str],
    customer: Customer | None,
    **more: Any,
) -> list[tuple[Any, ...]]:
    floor, ceiling = _bounds(first, last)
    filled = statement.format(floor=floor, ceiling=ceiling, day=NUMBERS_PER_DAY)
    parameters = {"kinds": list(kinds), "customer": customer and customer.pk} | more
    with connection.cursor() as cursor:
        cursor.execute(filled, parameters)
        return list(cursor.fetchall())


def _bounds(first: date, last: date) -> tuple[int, int]:
    return first_id(first), first_id(last + timedelta(days=1))


def _found(row: Sequence[Any], customer: Customer) -> FoundHit:
    message_id, kind, rule_id, version, matched, *rest = row
    hit = RuleHit(
        message_id=message_id,
        customer_id=customer.pk,
        kind=kind,
        rule_id=rule_id,
        rule_version=version,
        matched=matched,
    )
    return FoundHit(hit, *rest)
