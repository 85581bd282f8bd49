"""Decisions of operations managers on review cases (spec console §15.2)."""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from common.codes import rejection_reasons
from common.errors import Refusal
from customers.models import User
from reviews.models import Decision, Signature, Submission, Template, TemplateVersion
from reviews.models.template import new_template_id
from reviews.services import signatures, submissions, templates, workflow
from reviews.services.workflow import Subject

log = structlog.get_logger()


@transaction.atomic
def approve(
    *,
    submission: Submission,
    reviewer: User,
    comment: str = "",
    channel_number: str = "",
    ip_address: str | None = None,
) -> Decision:
    """Approve what a case submitted.

    A template gets its template ID and a version, and is usable at once. A signature is usable
    at once when a channel number is given; without one it waits for it. Refuses a case that is
    not waiting any more, and a reviewer who belongs to the customer.
    """
    case, subject = _claimed(submission, reviewer)
    before = {"status": subject.status}
    if isinstance(subject, Signature):
        workflow.advance(subject, Signature.Status.PROCESSING, actor=reviewer, reason=comment)
        templates.release_waiting(subject, actor=reviewer)
        if channel_number:
            subject = signatures.assign_channel_number(
                signature=subject,
                channel_number=channel_number,
                actor=reviewer,
                ip_address=ip_address,
            )
    else:
        _adopt(subject, reviewer, comment)
    return _close(
        case, subject, Decision.Outcome.APPROVE, reviewer, [], comment, before, ip_address
    )


@transaction.atomic
def reject(
    *,
    submission: Submission,
    reviewer: User,
    reason_codes: Sequence[str],
    comment: str,
    ip_address: str | None = None,
) -> Decision:
    """Reject what a case submitted, for one or more reasons and with a comment.

    `reason_codes` are level-2 codes of the rejection reasons of the case's kind. Refuses a
    missing comment, no or unknown reasons, and whatever `approve` refuses.
    """
    _check_reasons(submission.kind, reason_codes)
    comment = comment.strip()
    if not comment:
        raise Refusal(
            "comment_missing",
            _("Write a comment: the customer reads it to know what to change."),
            field="comment",
        )
    case, subject = _claimed(submission, reviewer)
    before = {"status": subject.status}
    rejected = (
        Signature.Status.REVIEW_NOT_PASS
        if isinstance(subject, Signature)
        else Template.Status.REJECT
    )
    workflow.advance(subject, rejected, actor=reviewer, reason=comment)
    return _close(
        case,
        subject,
        Decision.Outcome.REJECT,
        reviewer,
        list(reason_codes),
        comment,
        before,
        ip_address,
    )


def may_decide(case: Submission, reviewer: User) -> bool:
    """Whether a reviewer is a stranger to the customer: nobody decides on their own objects."""
    return not reviewer.memberships.filter(customer=case.customer_id).exists()


def check_stranger(case: Submission, reviewer: User) -> None:
    """Refuse a reviewer who belongs to the customer of a case."""
    if not may_decide(case, reviewer):
        raise Refusal(
            "own_customer",
            _(
                "You belong to %(customer)s and cannot decide on its cases. "
                "Leave this one to a colleague."
            ),
            params={"customer": case.customer.name},
        )


def _claimed(submission: Submission, reviewer: User) -> tuple[Submission, Subject]:
    """Lock the case so that the first of two reviewers decides and the second is told."""
    case = Submission.objects.select_for_update().get(pk=submission.pk)
    if case.state != Submission.State.WAITING:
        raise Refusal(
            "case_closed",
            _("“%(case)s” has been closed meanwhile (%(state)s). Nothing was changed."),
            params={"case": case.title, "state": case.get_state_display()},
        )
    check_stranger(case, reviewer)
    return case, submissions.subject_of(case)


def _adopt(template: Template, reviewer: User, comment: str) -> None:
    workflow.advance(template, Template.Status.ADOPTED, actor=reviewer, reason=comment)
    latest = template.versions.aggregate(latest=Max("number"))["latest"] or 0
    template.version = TemplateVersion.objects.create(
        template=template,
        number=latest + 1,
        content=template.content,
        variable_attributes=template.variable_attributes,
    )
    template.template_id = template.template_id or new_template_id()
    template.save(update_fields=["version", "template_id"])


def _check_reasons(kind: str, reason_codes: Sequence[str]) -> None:
    if not reason_codes:
        raise Refusal("reason_missing", _("Choose at least one reason."), field="reason_codes")
    known = {reason.level2 for reason in rejection_reasons(kind)}
    if unknown := [code for code in reason_codes if code not in known]:
        raise Refusal(
            "reason_unknown",
            _("%(codes)s is no reason for rejecting this. Choose from the list."),
            field="reason_codes",
            params={"codes": ", ".join(unknown)},
        )


def _close(
    case: Submission,
    subject: Subject,
    outcome: Decision.Outcome,
    reviewer: User,
    reason_codes: list[str],
    comment: str,
    before: dict[str, str],
    ip_address: str | None,
) -> Decision:
    case.state = Submission.State.DECIDED
    case.save(update_fields=["state"])
    decision = Decision.objects.create(
        submission=case,
        outcome=outcome,
        reason_codes=reason_codes,
        comment=comment,
        reviewer=reviewer,
    )
    submissions.record(
        outcome.value,
        subject,
        actor=reviewer,
        ip_address=ip_address,
        before=before,
        after={"status": subject.status, "reasons": reason_codes},
        reason=comment,
    )
    log.info("case_decided", case=case.pk, kind=case.kind, outcome=outcome.value)
    return decision
