"""Decisions of operations managers on review cases (spec console §15.2)."""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import User
from reviews.models import Decision, Submission
from reviews.roles import REOPEN
from reviews.services import claims, rights, sla, submissions
from reviews.services.kinds import Ruling, kind_named, reasons_of

log = structlog.get_logger()


@transaction.atomic
def approve(
    *,
    submission: Submission,
    reviewer: User,
    comment: str = "",
    channel_number: str = "",
    internal_note: str = "",
    version: int | None = None,
    ip_address: str | None = None,
) -> Decision:
    """Approve what a case submitted.

    A template gets its template ID and a version, and is usable at once. A signature is usable
    at once when a channel number is given; without one it waits for it.

    `version` is that of the case the reviewer looked at. Refuses a case that is closed or was
    changed since, one that a colleague holds, and a reviewer who may not decide it or belongs to
    the customer.
    """
    case = _taken(submission, reviewer, version)
    ruling = Ruling(
        reviewer=reviewer,
        comment=comment.strip(),
        channel_number=channel_number,
        ip_address=ip_address,
    )
    return _decide(case, Decision.Outcome.APPROVE, ruling, internal_note)


@transaction.atomic
def reject(
    *,
    submission: Submission,
    reviewer: User,
    reason_codes: Sequence[str],
    comment: str,
    internal_note: str = "",
    version: int | None = None,
    ip_address: str | None = None,
) -> Decision:
    """Reject what a case submitted, for one or more reasons and with a comment.

    `reason_codes` are level-2 codes of the rejection reasons of the case's kind; a kind without
    such a list takes none. Refuses a missing comment, no or unknown reasons, and whatever
    `approve` refuses.
    """
    _check_reasons(submission.kind, reason_codes)
    comment = comment.strip()
    if not comment:
        raise Refusal(
            "comment_missing",
            _("Write a comment: the customer reads it to know what to change."),
            field="comment",
        )
    case = _taken(submission, reviewer, version)
    ruling = Ruling(
        reviewer=reviewer,
        comment=comment,
        reason_codes=tuple(reason_codes),
        ip_address=ip_address,
    )
    return _decide(case, Decision.Outcome.REJECT, ruling, internal_note)


@transaction.atomic
def reopen(
    *, submission: Submission, reviewer: User, reason: str, ip_address: str | None = None
) -> Submission:
    """Open a decided case again, for a new decision; the old one stays in its history.

    For senior reviewers. Refuses a missing reason, a case that is not decided or not the object's
    latest, and an object that has gone on since.
    """
    case = claims.locked(submission)
    rights.require(reviewer, REOPEN, customer=case.customer)
    reason = reason.strip()
    if not reason:
        raise Refusal("reason_missing", _("Write why the case is opened again."), field="reason")
    subject = submissions.subject_of(case)
    later = submissions.cases_of(subject).filter(pk__gt=case.pk)
    if case.state != Submission.State.DECIDED or later.exists():
        raise Refusal(
            "case_not_reopenable",
            _(
                "This case of “%(object)s” is “%(status)s”; "
                "only an object's latest, decided case can be opened again."
            ),
            params={"object": case.title, "status": case.get_state_display()},
        )
    before = {"status": subject.status}
    kind_named(case.kind).reopen(
        subject, Ruling(reviewer=reviewer, comment=reason, ip_address=ip_address)
    )
    due = sla.due_of(case.kind, case.customer, timezone.now())
    case.state = Submission.State.WAITING
    case.due_at, case.is_calendar_known = due.due, due.calendar_known
    case.urged_at = case.assignee = case.claimed_at = None
    case.version += 1
    case.save()
    submissions.record(
        "reopen",
        subject,
        actor=reviewer,
        ip_address=ip_address,
        before=before,
        after={"status": subject.status, "case": case.pk},
        reason=reason,
    )
    return case


def may_decide(case: Submission, reviewer: User) -> bool:
    """Whether a reviewer has the right to decide such cases and is a stranger to the customer."""
    allowed = reviewer.has_perm(kind_named(case.kind).permission)
    return allowed and not rights.belongs_to(reviewer, case.customer_id)


def check_stranger(case: Submission, reviewer: User) -> None:
    """Refuse a reviewer without the right to decide a case, or who belongs to its customer."""
    rights.require(reviewer, kind_named(case.kind).permission, customer=case.customer)


def _taken(submission: Submission, reviewer: User, version: int | None) -> Submission:
    """Lock the case so that the first of two reviewers decides and the second is told."""
    case = claims.locked(submission)
    claims.require_waiting(case)
    check_stranger(case, reviewer)
    claims.require_free(case, reviewer)
    if version is not None and version != case.version:
        raise Refusal(
            "case_changed",
            _("“%(case)s” was changed since you opened it. Nothing was decided: look at it again."),
            params={"case": case.title},
            permanent=False,
        )
    if case.assignee_id != reviewer.pk or case.claimed_at is None:
        case.assignee, case.claimed_at = reviewer, timezone.now()
    return case


def _check_reasons(kind: str, reason_codes: Sequence[str]) -> None:
    known = {reason.level2 for reason in reasons_of(kind)}
    if known and not reason_codes:
        raise Refusal("reason_missing", _("Choose at least one reason."), field="reason_codes")
    if unknown := [code for code in reason_codes if code not in known]:
        raise Refusal(
            "reason_unknown",
            _("%(codes)s is no reason for rejecting this. Choose from the list."),
            field="reason_codes",
            params={"codes": ", ".join(unknown)},
        )


def _decide(
    case: Submission, outcome: Decision.Outcome, ruling: Ruling, internal_note: str
) -> Decision:
    subject = submissions.subject_of(case)
    before = {"status": subject.status}
    kind = kind_named(case.kind)
    carry_out = kind.approve if outcome == Decision.Outcome.APPROVE else kind.reject
    carry_out(subject, ruling)
    case.state = Submission.State.DECIDED
    case.version += 1
    case.save(update_fields=["state", "version", "assignee", "claimed_at"])
    decision = Decision.objects.create(
        submission=case,
        outcome=outcome,
        reason_codes=list(ruling.reason_codes),
        comment=ruling.comment,
        internal_note=internal_note.strip(),
        reviewer=ruling.reviewer,
        ip_address=ruling.ip_address,
        claimed_at=case.claimed_at,
        due_at=case.due_at,
        was_urged=case.urged_at is not None,
    )
    subject.refresh_from_db(fields=["status"])
    submissions.record(
        outcome.value,
        subject,
        actor=ruling.reviewer,
        ip_address=ruling.ip_address,
        before=before,
        after={"status": subject.status, "reasons": list(ruling.reason_codes)},
        reason=ruling.comment,
    )
    told = kind.approved if outcome == Decision.Outcome.APPROVE else kind.rejected
    submissions.tell(subject, told, comment=ruling.comment)
    log.info("case_decided", case=case.pk, kind=case.kind, outcome=outcome.value)
    return decision
