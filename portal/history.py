"""What happened to a signature or template: submissions, decisions and status changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common import codes
from portal.pills import tone_of
from reviews.models import Decision, Signature, Submission, Template, Transition

Reviewed = Signature | Template

TOLD_OTHERWISE = (
    Signature.Status.PENDING_REVIEW,
    Signature.Status.PROCESSING,
    Signature.Status.REVIEW_NOT_PASS,
    Template.Status.REVIEWING,
    Template.Status.ADOPTED,
    Template.Status.REJECT,
)
"""Status changes that a submission or a decision stands for."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a history, as a page shows it."""

    at: datetime
    title: str | Promise
    tone: str
    actor: str = ""
    comment: str = ""
    reasons: list[codes.RejectionReason] = field(default_factory=list)


def with_review_comment(objects: Any, kind: str) -> Any:
    """Add `review_comment`, what the reviewer wrote last, to each object of a list."""
    latest = Decision.objects.filter(
        submission__kind=kind, submission__object_id=OuterRef("pk")
    ).order_by("-id")
    return objects.annotate(review_comment=Subquery(latest.values("comment")[:1]))


def open_case(reviewed: Reviewed, kind: str) -> Submission | None:
    """The case that waits for the reviewer, with its due time; None when none does."""
    return Submission.objects.awaiting_review().filter(kind=kind, object_id=reviewed.pk).first()


def latest_rejection(events: list[Event]) -> Event | None:
    """The reviewer's latest word when it was a no: what the customer has to mend."""
    return next((event for event in events if event.comment or event.reasons), None)


def history_of(reviewed: Reviewed, kind: str) -> list[Event]:
    """All that happened, newest first."""
    events = [*_submissions(reviewed, kind), *_decisions(reviewed, kind)]
    events += _changes(reviewed, kind)
    return sorted(events, key=lambda event: event.at, reverse=True)


def _submissions(reviewed: Reviewed, kind: str) -> Iterator[Event]:
    cases = Submission.objects.filter(kind=kind, object_id=reviewed.pk)
    for case in cases.select_related("submitted_by"):
        due = _("Due by %(time)s") % {"time": _moment(case.due_at)}
        yield Event(
            at=case.submitted_at,
            title=_("Submitted for review (attempt %(number)s)") % {"number": case.attempt},
            tone="waiting",
            actor=str(case.submitted_by or ""),
            comment="" if case.state != Submission.State.WAITING else due,
        )


def _decisions(reviewed: Reviewed, kind: str) -> Iterator[Event]:
    decisions = Decision.objects.filter(submission__kind=kind, submission__object_id=reviewed.pk)
    explanations = {reason.level2: reason for reason in codes.rejection_reasons(kind)}
    for decision in decisions:
        reasons = [explanations[code] for code in decision.reason_codes if code in explanations]
        yield Event(
            at=decision.decided_at,
            title=decision.get_outcome_display(),
            tone="good" if decision.outcome == Decision.Outcome.APPROVE else "bad",
            actor=_("Operations manager"),
            comment=decision.comment,
            reasons=reasons,
        )


def _changes(reviewed: Reviewed, kind: str) -> Iterator[Event]:
    labels = dict(type(reviewed).Status.choices)
    changes = Transition.objects.filter(kind=kind, object_id=reviewed.pk)
    for change in changes.exclude(to_status__in=TOLD_OTHERWISE):
        yield Event(
            at=change.at,
            title=_("Status: %(status)s") % {"status": labels.get(change.to_status, "")},
            tone=tone_of(reviewed, change.to_status),
            comment=change.reason,
        )


def _moment(instant: datetime) -> str:
    return date(timezone.localtime(instant), "Y-m-d H:i")
