"""Sending details as rows: the columns of spec console §11, from the newest message down."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from common.numbers import MAINLAND_MOBILE
from customers.models import Application
from messaging.models import Export, Message
from messaging.models.part import Source as ReportSource
from messaging.queries.messages import SOURCE_NAMES, floor_of_walk
from messaging.queries.search import STATES, Bounds, MessageSearch, Result, rows_statement
from messaging.services.verdict import meaning_of_code
from reviews.models import TemplateVersion
from reviews.models.kinds import MessageType

from .slices import Cell, Slice, moment


@dataclass(frozen=True, slots=True)
class Found:
    """A message with what its request says of it."""

    id: int
    recipient: str
    state: int
    parts: int
    code: str
    submitted_at: datetime | None
    finished_at: datetime | None
    request_uuid: UUID
    application_id: int
    template_version_id: int
    signature_name: str
    sender: str
    type: str
    created_at: datetime
    source: int | None


_OF_REQUEST = (
    *("application_id", "template_version_id", "signature_name", "sender"),
    *("type", "created_at"),
)
_COLUMNS = ", ".join(
    {"request_uuid": "request.uuid", "source": "part.source"}.get(
        field.name, f"{'request' if field.name in _OF_REQUEST else 'message'}.{field.name}"
    )
    for field in fields(Found)
)
_RESULTS = {state: result for result, states in STATES.items() for state in states}


def as_filters(search: MessageSearch) -> dict[str, Any]:
    """A search as JSON, to be kept with an export; `search_of` reads it back."""
    kept = {name: getattr(search, name) for name in _names()}
    return kept | {
        "start": search.start.isoformat(),
        "end": search.end.isoformat(),
        "request_uuid": str(search.request_uuid) if search.request_uuid else None,
    }


def search_of(export: Export) -> MessageSearch:
    """The search that an export of messages was asked for with."""
    kept = {name: value for name, value in export.filters.items() if name in _names()}
    templates, uuid, result = kept["template_ids"], kept["request_uuid"], kept["result"]
    kept |= {
        "start": datetime.fromisoformat(kept["start"]),
        "end": datetime.fromisoformat(kept["end"]),
        "request_uuid": UUID(uuid) if uuid else None,
        "template_ids": None if templates is None else tuple(templates),
        "result": Result(result) if result else None,
    }
    return MessageSearch(customer=export.customer, **kept)


def read_messages(export: Export, *, limit: int) -> tuple[list[Found], int | None, float]:
    """The next messages of an export, where to go on, and the share looked through so far."""
    search = search_of(export)
    bounds = Bounds.of(search, export.position)
    floor = None if search.starts_at_message else floor_of_walk(search, bounds)
    looked_into = Bounds(floor or bounds.lowest, bounds.beyond)
    sql, values = rows_statement(
        search, looked_into, columns=_COLUMNS, limit=limit, has_source=True
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [Found(*row) for row in cursor.fetchall()]
    if len(found) == limit:
        return found, found[-1].id, _share(search, found[-1].created_at)
    share = _share(search, found[-1].created_at) if found else export.share
    return found, floor, share if floor else 1.0


class Details:
    """Every message with the columns of the page."""

    def header(self, export: Export) -> list[str]:
        return [
            "smsMsgId",
            _("Recipient"),
            _("Application"),
            _("Signature"),
            _("Channel number"),
            _("Template ID"),
            _("Template"),
            _("Template type"),
            _("Parts"),
            _("Submitted"),
            _("Sent"),
            _("Reported"),
            _("Send result"),
            _("Status"),
            _("Status code"),
            _("Status source"),
            _("Meaning"),
            _("What to do"),
        ]

    def read(self, export: Export, *, limit: int) -> Slice:
        found, position, share = read_messages(export, limit=limit)
        return Slice(_rows(found), position, share)


def _rows(found: Sequence[Found]) -> list[list[Cell]]:
    applications = dict(
        Application.objects.filter(pk__in={one.application_id for one in found}).values_list(
            "pk", "name"
        )
    )
    versions = TemplateVersion.objects.filter(pk__in={one.template_version_id for one in found})
    templates = {
        pk: (template_id, name)
        for pk, template_id, name in versions.values_list(
            "pk", "template__template_id", "template__name"
        )
    }
    results = {state: str(result.label) for state, result in _RESULTS.items()}
    types = {value: str(label) for value, label in MessageType.choices}
    sources = {source: str(name) for source, name in SOURCE_NAMES.items()}
    meanings = {code: meaning_of_code(code) for code in {one.code for one in found} if code}
    rows: list[list[Cell]] = []
    for one in found:
        template_id, template = templates.get(one.template_version_id) or ("", "")
        meaning = meanings.get(one.code)
        rows.append(
            [
                f"{one.request_uuid}_{one.id}",
                number(one.recipient),
                applications.get(one.application_id, ""),
                one.signature_name,
                one.sender,
                template_id,
                template,
                types.get(one.type, one.type),
                one.parts,
                moment(one.created_at),
                moment(one.submitted_at),
                moment(one.finished_at),
                results[Message.State(one.state)],
                str(Message.State(one.state).label),
                one.code,
                sources[ReportSource(one.source or ReportSource.POLICY)] if one.code else "",
                meaning.text if meaning else "",
                meaning.remedy if meaning else "",
            ]
        )
    return rows


def number(recipient: str) -> str:
    """A recipient's number as console.md §11 writes it: a mainland one without country code."""
    found = MAINLAND_MOBILE.fullmatch(recipient)
    return found[1] if found else recipient


def _names() -> list[str]:
    return [field.name for field in fields(MessageSearch) if field.name != "customer"]


def _share(search: MessageSearch, reached: datetime) -> float:
    whole = (search.end - search.start).total_seconds()
    passed = (search.end - reached).total_seconds()
    return min(max(passed / whole, 0.0), 0.99) if whole else 0.99
