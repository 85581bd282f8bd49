"""Review cases: opened when something is submitted, closed by a decision or a withdrawal."""

from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Notice, User
from customers.services import audit
from customers.services.notices import announce
from reviews.models import Submission
from reviews.models.submission import SubmissionQuerySet
from reviews.services import sla
from reviews.services.kinds import kind_named, kinds_about
from reviews.services.workflow import Subject, kind_of


def open_case(subject: Subject, *, actor: User | None, kind: str | None = None) -> Submission:
    """Open a case about an object as it is now; due by ruling 22.

    `kind` is the model's own kind unless it is given, as for the activation of a signature.
    """
    kind = kind or kind_of(subject)
    now = timezone.now()
    due = sla.due_of(kind, subject.customer, now)
    of_kind = Submission.objects.filter(kind=kind, object_id=subject.pk)
    earlier = of_kind.aggregate(latest=Max("attempt"))["latest"] or 0
    return Submission.objects.create(
        kind=kind,
        object_id=subject.pk,
        customer=subject.customer,
        title=kind_named(kind).title(subject),
        snapshot=kind_named(kind).snapshot(subject),
        attempt=earlier + 1,
        submitted_by=actor,
        submitted_at=now,
        due_at=due.due,
        is_calendar_known=due.calendar_known,
    )


def withdraw_case(subject: Subject) -> None:
    """Close the open cases about an object without a decision, if there are any."""
    cases_of(subject).filter(state=Submission.State.WAITING).update(
        state=Submission.State.WITHDRAWN, version=F("version") + 1
    )


def cases_of(subject: Subject) -> SubmissionQuerySet:
    """All cases about an object, of every kind."""
    return Submission.objects.filter(kind__in=kinds_about(subject), object_id=subject.pk)


def open_case_of(subject: Subject) -> Submission | None:
    """The case that waits for a decision about an object, if one does."""
    return cases_of(subject).awaiting_review().first()


def subject_of(case: Submission) -> Subject:
    """What a case is about, even when the customer deleted it since."""
    model = kind_named(case.kind).model
    related = {"customer", "application"} & {field.name for field in model._meta.fields}
    return model._base_manager.select_related(*related).get(pk=case.object_id)


def snapshot_of(subject: Subject) -> dict[str, Any]:
    """The fields a reviewer decides on, as JSON values."""
    return kind_named(kind_of(subject)).snapshot(subject)


@transaction.atomic
def urge(
    *,
    submission: Submission,
    reason: str = "",
    actor: User | None,
    ip_address: str | None = None,
) -> Submission:
    """Ask for a decision that is overdue: operations take urged cases first (spec console §7.5).

    Refuses a case that is closed, one that is not overdue, and one that was urged already.
    """
    case = Submission.objects.select_for_update().get(pk=submission.pk)
    if not case.is_waiting:
        raise Refusal(
            "case_closed",
            _("“%(case)s” has been closed meanwhile (%(state)s). Nothing was changed."),
            params={"case": case.title, "state": case.get_state_display()},
        )
    if not case.is_overdue:
        raise Refusal(
            "case_not_overdue",
            _("“%(case)s” is due at %(due)s; you can urge it after that."),
            params={"case": case.title, "due": f"{timezone.localtime(case.due_at):%Y-%m-%d %H:%M}"},
            permanent=False,
        )
    if case.urged_at is not None:
        raise Refusal(
            "case_urged",
            _("“%(case)s” was urged already; it stands at the head of the queue."),
            params={"case": case.title},
        )
    case.urged_at = timezone.now()
    case.save(update_fields=["urged_at"])
    record("urge", subject_of(case), actor=actor, ip_address=ip_address, reason=reason.strip())
    return case


def tell(subject: Subject, event: Notice.Event | None, *, comment: str) -> None:
    """Tell the customer's contacts what was decided, if there is anything to tell."""
    if event is not None:
        announce(
            customer=subject.customer,
            event=event,
            object_type=kind_of(subject),
            object_id=subject.public_id,
            params={"name": subject.name, "comment": comment},
        )


def record(
    verb: str,
    subject: Subject,
    *,
    actor: User | None,
    ip_address: str | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write an audit event about something that is reviewed."""
    audit.record(
        verb=verb,
        object_type=str(subject._meta.model_name),
        object_id=subject.pk,
        object_name=str(subject),
        actor=actor,
        customer=subject.customer,
        ip_address=ip_address,
        before=before,
        after=after,
        reason=reason,
    )
