"""Audit events as a customer reads them: in words, without the names of the operations team."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import AuditEvent, Customer

if TYPE_CHECKING:
    from common.errors import Sentence

VERBS: dict[str, "Sentence"] = {
    "accept": _("Accepted"),
    "answer": _("Answered"),
    "approve": _("Approved"),
    "bind": _("Bound"),
    "change_role": _("Role changed"),
    "create": _("Created"),
    "delete": _("Deleted"),
    "disable": _("Disabled"),
    "enable": _("Enabled"),
    "export": _("Exported"),
    "freeze": _("Frozen"),
    "invite": _("Invited"),
    "join": _("Joined"),
    "lock": _("Locked after wrong signatures"),
    "penalize": _("Violation recorded"),
    "reject": _("Rejected"),
    "release": _("Released"),
    "remove": _("Removed"),
    "reset_secret": _("Secret reset"),
    "restore": _("Restored"),
    "revoke": _("Revoked"),
    "send_test": _("Test sent"),
    "set_push_keys": _("Push keys set"),
    "set_quota": _("Quota set"),
    "submit": _("Submitted"),
    "suspend": _("Suspended"),
    "update": _("Changed"),
    "upload": _("Uploaded"),
    "urge": _("Urged"),
    "view": _("Looked at"),
    "view_secret": _("Secret looked at"),
    "withdraw": _("Withdrawn"),
}
OBJECTS: dict[str, "Sentence"] = {
    "access_key": _("Access key"),
    "agreement": _("Service agreement"),
    "application": _("Application"),
    "audit_trail": _("Audit trail"),
    "contact": _("Contact"),
    "customer": _("Account"),
    "evidence": _("Paper"),
    "invitation": _("Invitation"),
    "membership": _("Member"),
    "qualification": _("Qualification"),
    "quotarequest": _("Quota request"),
    "realname": _("Real-name authentication"),
    "signature": _("Signature"),
    "template": _("Template"),
    "ticket": _("Ticket"),
    "uploaded_file": _("Uploaded paper"),
}
_OF_OPERATIONS = (
    "answer",
    "approve",
    "create",
    "freeze",
    "penalize",
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
            VERBS.get(event.verb, event.verb.replace("_", " ").capitalize()),
            OBJECTS.get(event.object_type, event.object_type.replace("_", " ").capitalize()),
            "; ".join(_changes(event)),
        )


def _actor(event: AuditEvent) -> str:
    if event.actor is None:
        return gettext("Platform")
    return gettext("Operations team") if event.actor.is_staff else event.actor.email


def _changes(event: AuditEvent) -> Iterator[str]:
    """Each field that changed: `name: before → after`."""
    for field in dict.fromkeys([*event.before, *event.after]):
        before, after = event.before.get(field), event.after.get(field)
        if before != after:
            shown = (
                f"{_short(before)} → {_short(after)}" if field in event.before else _short(after)
            )
            yield f"{field}: {shown}"
    if event.reason:
        yield event.reason


def _short(value: object) -> str:
    text = "–" if value in (None, "", [], {}) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
