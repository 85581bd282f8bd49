"""What happened to an object: submissions, claims, urges, decisions, steps of its status."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import AuditEvent, User
from reviews.models import Decision, Submission, Transition
from reviews.services import submissions
from reviews.services.kinds import reasons_of
from reviews.services.workflow import Subject, kind_of

if TYPE_CHECKING:
    from common.errors import Sentence

MOST = 100
"""Events that are shown; the audit trail has them all."""

_VERBS: dict[str, "Sentence"] = {
    "submit": _("Submitted for review"),
    "resubmit": _("Changed and submitted again"),
    "withdraw": _("Withdrawn"),
    "urge": _("Urged"),
    "claim": _("Claimed"),
    "release": _("Given back"),
    "reassign": _("Handed to a colleague"),
    "approve": _("Approved"),
    "reject": _("Rejected"),
    "reopen": _("Opened again"),
    "view": _("Personal numbers looked at"),
    "file": _("Filing written down"),
    "assign channel number": _("Channel number assigned"),
    "activate": _("Activation asked for"),
    "supplement": _("Qualification filed afterwards"),
    "deactivate": _("Deactivated"),
    "disable": _("Disabled"),
    "rename": _("Renamed"),
    "delete": _("Deleted"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an object's history: an action, or a step of its status."""

    at: datetime
    title: "Sentence"
    actor: User | None
    detail: str = ""
    text: str = ""
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with its reasons in words."""

    decision: Decision
    reasons: list[str] = field(default_factory=list)


def history_of(subject: Subject) -> list[Event]:
    """The latest events of an object, latest first, in two queries."""
    return sorted([*_actions(subject), *_steps(subject)], key=lambda event: event.at, reverse=True)


def attempts_of(subject: Subject) -> list[Submission]:
    """Every case about an object, latest first."""
    return list(submissions.cases_of(subject).select_related("submitted_by").order_by("-id"))


def judgements_of(subject: Subject) -> list[Judgement]:
    """Every decision about an object, latest first."""
    rows = Decision.objects.filter(submission__in=submissions.cases_of(subject))
    return [_judgement(row) for row in rows.select_related("reviewer", "submission")]


def _judgement(decision: Decision) -> Judgement:
    explanations = {
        reason.level2: gettext(reason.explanation)
        for reason in reasons_of(decision.submission.kind)
    }
    return Judgement(decision, [explanations.get(code, code) for code in decision.reason_codes])


def _actions(subject: Subject) -> list[Event]:
    rows = AuditEvent.objects.filter(
        object_type=str(subject._meta.model_name), object_id=str(subject.pk)
    )
    return [
        Event(
            row.at,
            _VERBS.get(row.verb, row.verb.capitalize()),
            row.actor,
            _assignee(row),
            row.reason,
        )
        for row in rows.select_related("actor").order_by("-id")[:MOST]
    ]


def _assignee(row: AuditEvent) -> str:
    return f"→ {row.after['assignee']}" if row.verb == "reassign" else ""


def _steps(subject: Subject) -> list[Event]:
    labels = dict(type(subject).Status.choices)
    rows = Transition.objects.filter(kind=kind_of(subject), object_id=subject.pk)
    return [
        Event(
            row.at,
            labels.get(row.to_status, row.to_status),
            row.actor,
            f"{labels.get(row.from_status, row.from_status)} →" if row.from_status else "",
            is_step=True,
        )
        for row in rows.select_related("actor").order_by("-id")[:MOST]
    ]
