"""The failed messages of a search: for each, what it was, and what stands against sending it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common import codes
from customers.models import Application, Customer
from messaging.models import ResentMessage, SendRequest
from messaging.queries.messages import floor_of_walk
from messaging.queries.search import Bounds, MessageSearch, rows_statement
from messaging.services import catalogue
from messaging.services.catalogue import ApprovedTemplate
from messaging.services.route import Route, find_route
from reviews.models import Template
from reviews.models.kinds import MessageType

MOST_WALKS = 20
"""A survey looks through so many pages' worth of requests (`MOST_REQUESTS`) at most."""


class Obstacle(TextChoices):
    """Why a failed message cannot be sent again."""

    ALREADY = "already", _("Sent again before")
    CODE = "code", _("A verification code: whoever still wants one asks for a new one")
    ERASED = "erased", _("The values of its variables are erased by now; send it anew with them")
    TEMPLATE = "template", _("Its template was changed since, disabled or deleted")
    ROUTE = "route", _("Its signature or channel number cannot be used at present")
    APPLICATION = "application", _("Its application is suspended")
    PLATFORM = "platform", _("A message of the platform itself")


@dataclass(frozen=True, slots=True)
class Kind:
    """What messages must share to go out in one request."""

    application_id: int
    template_id: int
    sender: str
    signature_name: str
    target_id: int | None
    extend: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A failed message with its values, None when it has none."""

    id: int
    recipient: str
    parts: int
    code: str
    values: Sequence[str] | None
    source: int
    type: str
    version_id: int
    kind: Kind
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A status code among those that can be sent again."""

    code: str
    messages: int
    parts: int

    @property
    def is_worth_it(self) -> bool:
        """Whether the same message may arrive now; else the cause has to be mended first."""
        return codes.status_code(self.code).is_worth_resending


@dataclass(frozen=True, slots=True)
class Survey:
    """The failed messages of a search, at most `SMS_RESEND_MAX`, the newest ones."""

    candidates: list[Candidate]
    ways: dict[Kind, tuple[ApprovedTemplate, Route]]
    has_more: bool

    def sendable(self, chosen: Iterable[str] | None = None) -> list[Candidate]:
        """Those without an obstacle; only with the chosen status codes if such are given."""
        codes_ = None if chosen is None else set(chosen)
        return [
            one
            for one in self.candidates
            if one.obstacle is None and (codes_ is None or one.code in codes_)
        ]

    def reasons(self) -> list[Reason]:
        """The codes of those without an obstacle, the most frequent first."""
        parts: Counter[str] = Counter()
        messages: Counter[str] = Counter()
        for one in self.sendable():
            parts[one.code] += one.parts
            messages[one.code] += 1
        return [Reason(code, count, parts[code]) for code, count in messages.most_common()]

    def obstacles(self) -> list[tuple[Obstacle, int]]:
        """Why others cannot be sent again, and how many."""
        found = Counter(one.obstacle for one in self.candidates if one.obstacle)
        return found.most_common()


_COLUMNS = (
    "message.id, message.recipient, message.parts, message.code, "
    "COALESCE(message.variables, request.variables)::text, request.source, request.type, "
    "request.template_version_id, request.application_id, request.sender, "
    "request.signature_name, request.target_id, request.extend, "
    "(SELECT template_id FROM reviews_templateversion WHERE id = request.template_version_id)"
)


def survey(search: MessageSearch, *, newest: int | None = None) -> Survey:
    """Read the failed messages of `search` and judge each; `newest` is the highest id to look at.

    The search must ask for the result FAILED.
    """
    most = settings.SMS_RESEND_MAX
    found = _read(search, newest=newest, limit=most + 1)
    judge = _Judge(search.customer, found[:most])
    return Survey([judge.judged(one) for one in found[:most]], judge.ways, len(found) > most)


def _read(search: MessageSearch, *, newest: int | None, limit: int) -> list[Candidate]:
    """Walk page by page until there are `limit` of them or nothing is left to look through."""
    before = None if newest is None else newest + 1
    found: list[Candidate] = []
    for _walk in range(MOST_WALKS):
        bounds = Bounds.of(search, before)
        before = floor_of_walk(search, bounds) if search.skips_rows else None
        looked_into = Bounds(before or bounds.lowest, bounds.beyond)
        sql, values = rows_statement(
            search, looked_into, columns=_COLUMNS, limit=limit - len(found)
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found += map(_candidate, cursor.fetchall())
        if before is None or len(found) >= limit:
            break
    return found


def _candidate(row: tuple[Any, ...]) -> Candidate:
    id_, recipient, parts, code, values, source, type_, version, *kind = row
    application, sender, signature_name, target, extend, template = kind
    return Candidate(
        id=id_,
        recipient=recipient,
        parts=parts,
        code=code,
        values=json.loads(values) if values else None,
        source=source,
        type=type_,
        version_id=version,
        kind=Kind(application, template, sender, signature_name, target, extend),
    )


class _Judge:
    """Knows what the candidates need: templates as they are now, ways to the carrier."""

    def __init__(self, customer: Customer, candidates: Sequence[Candidate]) -> None:
        self._customer = customer
        self._candidates = candidates
        self.ways: dict[Kind, tuple[ApprovedTemplate, Route]] = dict(self._ways())

    def judged(self, one: Candidate) -> Candidate:
        return replace(one, obstacle=self._obstacle(one))

    def _obstacle(self, one: Candidate) -> Obstacle | None:
        if one.id in self._resent:
            return Obstacle.ALREADY
        if one.source == SendRequest.Source.PLATFORM:
            return Obstacle.PLATFORM
        if one.type == MessageType.VERIFICATION:
            return Obstacle.CODE
        if one.kind.application_id not in self._launched:
            return Obstacle.APPLICATION
        if one.kind not in self.ways or self.ways[one.kind][0].version_id != one.version_id:
            return Obstacle.TEMPLATE
        template, route = self.ways[one.kind]
        if route.refused or route.blocked:
            return Obstacle.ROUTE
        if len(one.values or ()) != template.text.variable_count:
            return Obstacle.ERASED
        return None

    @cached_property
    def _resent(self) -> frozenset[int]:
        again = ResentMessage.objects.filter(message_id__in=[one.id for one in self._candidates])
        return frozenset(again.values_list("message_id", flat=True))

    @cached_property
    def _launched(self) -> frozenset[int]:
        own = Application.objects.for_customer(self._customer)
        return frozenset(
            own.filter(status=Application.Status.LAUNCHED).values_list("pk", flat=True)
        )

    def _ways(self) -> Iterator[tuple[Kind, tuple[ApprovedTemplate, Route]]]:
        kinds = {one.kind for one in self._candidates}
        own = Template.objects.for_customer(self._customer).usable().select_related("version")
        usable = own.filter(version__isnull=False).in_bulk({kind.template_id for kind in kinds})
        for kind in kinds:
            if kind.template_id in usable:
                template = catalogue.approved(usable[kind.template_id])
                route = find_route(
                    application_id=kind.application_id,
                    template=template,
                    channel_number=kind.sender,
                    signature=kind.signature_name,
                )
                yield kind, (template, route)
