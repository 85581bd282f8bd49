"""Audit events as a customer reads them: in words, without the names of the operations team."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from customers.audit_words import INTERNAL, field_of, object_of, value_of, verb_of
from customers.models import AuditEvent, Customer

if TYPE_CHECKING:
    from common.errors import Sentence

LONGEST_VALUE = 80

_OF_OPERATIONS = (
    "answer",
    "approve",
    "confirm_payment",
    "create",
    "freeze",
    "penalize",
    "refuse_payment",
    "reject",
    "release",
    "restore",
    "set_quota",
    "suspend",
    "update",
)
"""What operations do to a customer's objects that the customer may know; not who looked when."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words."""

    event: AuditEvent
    actor: str
    verb: "Sentence"
    object_type: "Sentence"
    changes: str


def events_of(customer: Customer) -> QuerySet[AuditEvent]:
    """What the customer may read of its trail, newest first."""
    by_others = Q(actor=None) | Q(actor__is_staff=False) | Q(verb__in=_OF_OPERATIONS)
    return AuditEvent.objects.filter(by_others, customer=customer).select_related("actor")


def as_lines(events: Iterable[AuditEvent]) -> Iterator[Line]:
    """Events as lines of a list or a file."""
    for event in events:
        yield Line(
            event,
            _actor(event),
            verb_of(event.verb),
            object_of(event.object_type),
            "; ".join(_changes(event)),
        )


def _actor(event: AuditEvent) -> str:
    if event.actor is None:
        return gettext("Platform")
    return gettext("Operations team") if event.actor.is_staff else event.actor.email


def _changes(event: AuditEvent) -> Iterator[str]:
    """Each field that changed: `Name: before → after`."""
    for name in dict.fromkeys([*event.before, *event.after]):
        before, after = event.before.get(name), event.after.get(name)
        if before == after or name in INTERNAL:
            continue
        shown = _short(value_of(event.object_type, name, after))
        if name in event.before:
            shown = f"{_short(value_of(event.object_type, name, before))} → {shown}"
        yield f"{field_of(event.object_type, name)}: {shown}"
    if event.reason:
        yield event.reason


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
