"""Cases about signatures that went out of use and are to be activated again (§7.4)."""

from typing import Any

from customers.models import Notice
from reviews.models import Signature, Submission
from reviews.services import filings, workflow
from reviews.services.cases import signature as signature_cases
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

Status = Signature.Status


def _snapshot(signature: Signature) -> dict[str, Any]:
    number = {"channel_number": signature.channel_number}
    return signature_cases.snapshot(signature) | number


def _approve(signature: Signature, ruling: Ruling) -> None:
    workflow.advance(
        signature,
        Status.REVIEW_PASSED_REAL_NAME_REGISTRATING,
        actor=ruling.reviewer,
        reason=ruling.comment,
    )
    filings.start_again(signature, actor=ruling.reviewer)


def _reject(signature: Signature, ruling: Ruling) -> None:
    workflow.advance(
        signature, Status.TO_BE_ACTIVATED, actor=ruling.reviewer, reason=ruling.comment
    )


def _reopen(signature: Signature, ruling: Ruling) -> None:
    if signature.deleted_at or signature.status != Status.TO_BE_ACTIVATED:
        raise cannot_reopen(signature)
    workflow.advance(
        signature, Status.PENDING_ACTIVATE, actor=ruling.reviewer, reason=ruling.comment
    )


ACTIVATION = CaseKind(
    kind=Submission.Kind.ACTIVATION,
    model=Signature,
    title=str,
    snapshot=_snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    reasons="signature",
    approved=Notice.Event.SIGNATURE_ACTIVATED,
    rejected=Notice.Event.SIGNATURE_NOT_ACTIVATED,
)
