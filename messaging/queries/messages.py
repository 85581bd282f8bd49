"""Reading messages for people: the newest ones of a customer that match what they look for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from customers.models import Customer, Delivery
from messaging.models import Message, Part, SendRequest
from messaging.models.ids import NUMBERS_PER_DAY, first_id
from messaging.models.part import Source
from reviews.models import Template

from .search import Bounds, MessageSearch, Statement, floor_statement, rows_statement

MOST_REQUESTS = 20_000
MOST_MESSAGES = 100_000
"""A page looks through so many at most, however few of them match; then people go on from there."""

SOURCE_NAMES = {
    Source.PLATFORM: _("Platform"),
    Source.CARRIER: _("Carrier"),
    Source.POLICY: _("Rule"),
}

_RELATED = ("request__application", "request__template_version__template")


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of messages, newest first, each with its request, application and template.

    `before` leads to the next page, None at the end. `searched_to` is set when the page ends
    because it looked through enough, not because it is full: the instant it came to.
    """

    messages: list[Message]
    before: int | None
    searched_to: datetime | None = None


def find_page(search: MessageSearch, *, limit: int, before: int | None = None) -> FoundPage:
    """A page of at most `limit` messages below the id `before`; 2 or 3 queries."""
    bounds = Bounds.of(search, before)
    floor = floor_of_walk(search, bounds) if search.skips_rows else None
    looked_into = Bounds(floor or bounds.lowest, bounds.beyond)
    found = _load(
        search, _ids(rows_statement(search, looked_into, columns="message.id", limit=limit + 1))
    )
    if len(found) > limit:
        return FoundPage(found[:limit], found[limit - 1].id)
    if floor is None:
        return FoundPage(found, None)
    return FoundPage(found, floor, SendRequest.objects.get(pk=floor).created_at)


def find_messages(search: MessageSearch, *, limit: int) -> list[Message]:
    """The newest `limit` messages that match, however far down they are, in two queries."""
    statement = rows_statement(search, Bounds.of(search), columns="message.id", limit=limit)
    return _load(search, _ids(statement))


def templates_called(customer: Customer, typed: str) -> tuple[int, ...] | None:
    """The customer's templates of that ID, or with those words in their name; None for all."""
    if not typed:
        return None
    meant = Q(template_id=typed.lower()) | Q(name__icontains=typed)
    own = Template.objects.for_customer(customer).filter(meant)
    return tuple(own.values_list("pk", flat=True))


def floor_of_walk(search: MessageSearch, bounds: Bounds) -> int | None:
    """The request a page of `search` looks down to; None when it gets to the end of the bounds."""
    sql, values = floor_statement(
        search, bounds, most_requests=MOST_REQUESTS, most_messages=MOST_MESSAGES
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        floor, is_cut = cursor.fetchone()
    return floor if is_cut else None


def sources_of(messages: Iterable[Message]) -> dict[int, Source]:
    """Who reported the status of each final message, as its status report says; one query.

    Messages stopped by a rule have no parts: their source is the policy (data-plane §4.1).
    """
    codes = {message.id: message.code for message in messages if message.is_final}
    parts = Part.objects.filter(message_id__in=list(codes), source__isnull=False)
    reported = {
        part.message_id: Source(part.source or Source.POLICY)
        for part in parts
        if part.code == codes[part.message_id]
    }
    return dict.fromkeys(codes, Source.POLICY) | reported


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


def _ids(statement: Statement) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return [row[0] for row in cursor.fetchall()]


def _load(search: MessageSearch, ids: list[int]) -> list[Message]:
    if not ids:
        return []
    days: dict[str, Any] = {
        # Requests have an id of the same day: other partitions are not planned for.
        "request__id__gte": ids[-1] - ids[-1] % NUMBERS_PER_DAY,
        "request__id__lte": ids[0],
    }
    found = Message.objects.for_customer(search.customer).filter(id__in=ids, **days)
    return list(found.select_related(*_RELATED).order_by("-id"))
