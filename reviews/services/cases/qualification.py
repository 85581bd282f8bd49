"""Cases about qualifications: an enterprise's papers (spec console §6)."""

from typing import Any

from customers.models import Notice
from reviews.models import Qualification, Signature, Submission
from reviews.services import evidence, submissions, workflow
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

Status = Qualification.Status
_FIELDS = (
    "name",
    "purpose",
    "enterprise_name",
    "enterprise_type",
    "certificate_type",
    "credit_code",
    "legal_person",
    "legal_person_id_type",
    "administrator_role",
    "administrator",
    "remarks",
)
_MASKED = ("legal_person_id_number", "administrator_id_number", "administrator_mobile")
_SHOWN = 4


def _snapshot(qualification: Qualification) -> dict[str, Any]:
    """The fields and papers; personal numbers by their last digits, for cases are kept for ever."""
    until = qualification.authorization_until
    return (
        {field: getattr(qualification, field) for field in _FIELDS}
        | {field: "****" + str(getattr(qualification, field))[-_SHOWN:] for field in _MASKED}
        | {
            "authorization_until": until.isoformat() if until else "",
            "evidence": evidence.described(qualification),
        }
    )


def _approve(qualification: Qualification, ruling: Ruling) -> None:
    """Signatures that waited for it go into their own review."""
    workflow.advance(qualification, Status.APPROVED, actor=ruling.reviewer, reason=ruling.comment)
    for signature in _waiting(qualification):
        workflow.advance(signature, Signature.Status.PENDING_REVIEW, actor=ruling.reviewer)
        submissions.open_case(signature, actor=None)


def _reject(qualification: Qualification, ruling: Ruling) -> None:
    """Signatures that waited for it go back to the customer, who may bind another one."""
    workflow.advance(qualification, Status.REJECTED, actor=ruling.reviewer, reason=ruling.comment)
    for signature in _waiting(qualification):
        workflow.advance(
            signature,
            Signature.Status.REVIEW_NOT_PASS,
            actor=ruling.reviewer,
            reason=ruling.comment,
        )


def _reopen(qualification: Qualification, ruling: Ruling) -> None:
    """Signatures approved with it stay; a new one waits until it is approved again."""
    if qualification.deleted_at or qualification.status not in (Status.APPROVED, Status.REJECTED):
        raise cannot_reopen(qualification)
    workflow.advance(
        qualification, Status.PENDING_REVIEW, actor=ruling.reviewer, reason=ruling.comment
    )


def _waiting(qualification: Qualification) -> list[Signature]:
    waiting = qualification.signatures.filter(status=Signature.Status.PENDING_QUALIFICATION_REVIEW)
    return list(
        waiting.select_for_update(no_key=True, of=("self",))
        .select_related("customer", "application", "qualification")
        .order_by("id")
    )


QUALIFICATION = CaseKind(
    kind=Submission.Kind.QUALIFICATION,
    model=Qualification,
    title=str,
    snapshot=_snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    reasons="qualification",
    approved=Notice.Event.QUALIFICATION_APPROVED,
    rejected=Notice.Event.QUALIFICATION_REJECTED,
)
