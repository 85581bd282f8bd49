"""What happened to something that is reviewed: submissions, decisions and status changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common import codes
from customers.models import QuotaRequest
from portal.pills import tone_of
from reviews.models import Decision, Qualification, Signature, Submission, Template, Transition
from reviews.services.kinds import reasons_of
from reviews.services.submissions import cases_of
from reviews.services.workflow import kind_of

Reviewed = Signature | Template | Qualification | QuotaRequest

_REJECTED_UNREAD = Q(
    from_status=Signature.Status.PENDING_QUALIFICATION_REVIEW,
    to_status=Signature.Status.REVIEW_NOT_PASS,
)
"""A signature falls with its qualification: no decision of its own says so."""

_ANSWERED = Q(
    from_status__in=(
        Signature.Status.PENDING_ACTIVATE,
        Signature.Status.REVIEW_PASSED_QUALIFICATION_PROCESSING,
    )
)
_TOLD_OTHERWISE = _ANSWERED | ~_REJECTED_UNREAD & Q(
    to_status__in=(
        Signature.Status.PENDING_REVIEW,
        Signature.Status.PROCESSING,
        Signature.Status.REVIEW_NOT_PASS,
        Signature.Status.PENDING_ACTIVATE,
        Signature.Status.REVIEW_PASSED_QUALIFICATION_PROCESSING,
        Template.Status.REVIEWING,
        Template.Status.ADOPTED,
        Template.Status.REJECT,
        Qualification.Status.APPROVED,
        Qualification.Status.REJECTED,
        QuotaRequest.Status.SUBMITTED,
    )
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
    verdict: bool | None = None
    """What operations said: yes, no, or nothing."""


def with_review_comment(objects: Any, *kinds: str) -> Any:
    """Add `review_comment`, what the reviewer wrote last, to each object of a list."""
    latest = Decision.objects.filter(
        submission__kind__in=kinds, submission__object_id=OuterRef("pk")
    ).order_by("-id")
    return objects.annotate(review_comment=Subquery(latest.values("comment")[:1]))


def with_due_time(objects: Any, *kinds: str) -> Any:
    """Add `due_at` and `urged_at` of the open case to each object of a list."""
    waiting = Submission.objects.awaiting_review().filter(kind__in=kinds, object_id=OuterRef("pk"))
    return objects.annotate(
        due_at=Subquery(waiting.values("due_at")[:1]),
        urged_at=Subquery(waiting.values("urged_at")[:1]),
    )


def latest_refusal(events: list[Event]) -> Event | None:
    """The no of operations that no yes has followed: what the customer has to mend."""
    latest = next((event for event in events if event.verdict is not None), None)
    return latest if latest and latest.verdict is False else None


def history_of(reviewed: Reviewed) -> list[Event]:
    """All that happened, newest first."""
    events = [*_submissions(reviewed), *_decisions(reviewed), *_changes(reviewed)]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _submissions(reviewed: Reviewed) -> Iterator[Event]:
    for case in cases_of(reviewed).select_related("submitted_by"):
        due = _("Due by %(time)s") % {"time": _moment(case.due_at)}
        yield Event(
            at=case.submitted_at,
            title=_named(
                case, reviewed, _("Submitted for review (attempt %(number)s)"), number=case.attempt
            ),
            tone="waiting",
            actor=str(case.submitted_by or ""),
            comment=due if case.is_waiting else "",
        )
        if case.urged_at:
            yield Event(at=case.urged_at, title=_("Urged"), tone="waiting")


def _decisions(reviewed: Reviewed) -> Iterator[Event]:
    decisions = Decision.objects.filter(submission__in=cases_of(reviewed))
    for decision in decisions.select_related("submission"):
        case = decision.submission
        explanations = {reason.level2: reason for reason in reasons_of(case.kind)}
        is_approval = decision.outcome == Decision.Outcome.APPROVE
        yield Event(
            at=decision.decided_at,
            title=_named(case, reviewed, decision.get_outcome_display()),
            tone="good" if is_approval else "bad",
            actor=_("Operations manager"),
            comment=decision.comment,
            reasons=[explanations[code] for code in decision.reason_codes if code in explanations],
            verdict=is_approval,
        )


def _changes(reviewed: Reviewed) -> Iterator[Event]:
    labels = dict(type(reviewed).Status.choices)
    changes = Transition.objects.filter(kind=kind_of(reviewed), object_id=reviewed.pk)
    for change in changes.exclude(_TOLD_OTHERWISE):
        tone = tone_of(reviewed, change.to_status)
        yield Event(
            at=change.at,
            title=_("Status: %(status)s") % {"status": labels.get(change.to_status, "")},
            tone=tone,
            comment=change.reason,
            verdict=False if tone == "bad" and change.reason else None,
        )


def _named(case: Submission, reviewed: Reviewed, title: str, **params: object) -> str:
    """Say what was submitted or decided when it was not the object itself, as an activation."""
    worded = title % params
    if case.kind == kind_of(reviewed):
        return worded
    return _("%(kind)s: %(event)s") % {"kind": case.get_kind_display(), "event": worded}


def _moment(instant: datetime) -> str:
    return date(timezone.localtime(instant), "Y-m-d H:i")
