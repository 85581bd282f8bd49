"""Cases about signatures: the name and where it comes from (spec console §7)."""

from typing import Any

from customers.models import Notice
from reviews.models import Signature, Submission
from reviews.services import evidence, signatures, templates, workflow
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

Status = Signature.Status
_FIELDS = ("name", "type", "source", "source_detail", "is_third_party", "description")


def snapshot(signature: Signature) -> dict[str, Any]:
    """What the customer said about a signature, its qualification and its papers."""
    qualification = signature.qualification
    return {field: getattr(signature, field) for field in _FIELDS} | {
        "qualification": qualification.name if qualification else "",
        "evidence": evidence.described(signature),
    }


def _approve(signature: Signature, ruling: Ruling) -> None:
    workflow.advance(signature, Status.PROCESSING, actor=ruling.reviewer, reason=ruling.comment)
    templates.release_waiting(signature, actor=ruling.reviewer)
    if ruling.channel_number:
        signatures.assign_channel_number(
            signature=signature,
            channel_number=ruling.channel_number,
            actor=ruling.reviewer,
            ip_address=ruling.ip_address,
        )


def _reject(signature: Signature, ruling: Ruling) -> None:
    workflow.advance(
        signature, Status.REVIEW_NOT_PASS, actor=ruling.reviewer, reason=ruling.comment
    )


def _reopen(signature: Signature, ruling: Ruling) -> None:
    """A rejection, and an approval until the channel number is assigned, can be thought over."""
    if signature.deleted_at or signature.status not in (Status.REVIEW_NOT_PASS, Status.PROCESSING):
        raise cannot_reopen(signature)
    workflow.advance(signature, Status.PENDING_REVIEW, actor=ruling.reviewer, reason=ruling.comment)


SIGNATURE = CaseKind(
    kind=Submission.Kind.SIGNATURE,
    model=Signature,
    title=str,
    snapshot=snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    reasons="signature",
    approved=Notice.Event.SIGNATURE_APPROVED,
    rejected=Notice.Event.SIGNATURE_REJECTED,
)
