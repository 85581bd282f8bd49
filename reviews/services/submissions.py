"""Review cases: opened when something is submitted, closed by a decision or a withdrawal."""

from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from common.workdays import due_at
from customers.models import User
from customers.services import audit
from reviews.models import Signature, Submission, Template
from reviews.models.submission import SubmissionQuerySet
from reviews.services.workflow import Subject, kind_of

_MODELS: dict[str, type[Subject]] = {
    Submission.Kind.SIGNATURE: Signature,
    Submission.Kind.TEMPLATE: Template,
}


def open_case(subject: Subject, *, actor: User | None) -> Submission:
    """Open the case of a signature or template as it is now; due by ruling 22."""
    now = timezone.now()
    due = due_at(now, settings.SMS_REVIEW_HOURS, strict=settings.SMS_REVIEW_STRICT)
    earlier = cases_of(subject).aggregate(latest=Max("attempt"))["latest"] or 0
    return Submission.objects.create(
        kind=kind_of(subject),
        object_id=subject.pk,
        customer=subject.customer,
        title=subject.name,
        snapshot=snapshot_of(subject),
        attempt=earlier + 1,
        submitted_by=actor,
        submitted_at=now,
        due_at=due.due,
    )


def withdraw_case(subject: Subject) -> None:
    """Close the open case of a signature or template without a decision, if there is one."""
    cases_of(subject).filter(state=Submission.State.WAITING).update(
        state=Submission.State.WITHDRAWN
    )


def cases_of(subject: Subject) -> SubmissionQuerySet:
    """All cases of a signature or template."""
    return Submission.objects.filter(kind=kind_of(subject), object_id=subject.pk)


def subject_of(case: Submission) -> Subject:
    """The signature or template that a case is about."""
    return (
        _MODELS[case.kind]
        ._default_manager.select_related("customer", "application")
        .get(pk=case.object_id)
    )


def snapshot_of(subject: Subject) -> dict[str, Any]:
    """The fields a reviewer decides on, as JSON values."""
    if isinstance(subject, Signature):
        fields = ("name", "type", "source", "is_third_party", "description")
        return {field: getattr(subject, field) for field in fields}
    fields = ("name", "type", "content", "variable_attributes", "description")
    signature = subject.signature
    return {field: getattr(subject, field) for field in fields} | {
        "signature": signature.name if signature else "",
    }


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
    """Write an audit event about a signature or template."""
    audit.record(
        verb=verb,
        object_type=kind_of(subject),
        object_id=subject.pk,
        object_name=subject.name,
        actor=actor,
        customer=subject.customer,
        ip_address=ip_address,
        before=before,
        after=after,
        reason=reason,
    )
