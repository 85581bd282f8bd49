"""Cases about qualifications filed afterwards for approved signatures (§7.4)."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Notice
from reviews.models import Signature, Submission
from reviews.services import filings, workflow
from reviews.services.cases.signature import snapshot
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

Status = Signature.Status


def _approve(signature: Signature, ruling: Ruling) -> None:
    qualification = signature.qualification
    if qualification is None or not qualification.is_approved:
        raise Refusal(
            "qualification_not_approved",
            _("The qualification of “%(signature)s” is not approved. Decide on that first."),
            params={"signature": signature.name},
            permanent=False,
        )
    workflow.advance(
        signature,
        Status.REVIEW_PASSED_REAL_NAME_REGISTRATING,
        actor=ruling.reviewer,
        reason=ruling.comment,
    )
    filings.start_again(signature, actor=ruling.reviewer)


def _reject(signature: Signature, ruling: Ruling) -> None:
    """The papers do not match: the signature is as it was, without them."""
    workflow.advance(signature, Status.REVIEW_PASSED, actor=ruling.reviewer, reason=ruling.comment)


def _reopen(signature: Signature, ruling: Ruling) -> None:
    if signature.deleted_at or signature.status != Status.REVIEW_PASSED:
        raise cannot_reopen(signature)
    workflow.advance(
        signature,
        Status.REVIEW_PASSED_QUALIFICATION_PROCESSING,
        actor=ruling.reviewer,
        reason=ruling.comment,
    )


SUPPLEMENT = CaseKind(
    kind=Submission.Kind.SUPPLEMENT,
    model=Signature,
    title=str,
    snapshot=snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    reasons="qualification",
    approved=Notice.Event.SUPPLEMENT_APPROVED,
    rejected=Notice.Event.SUPPLEMENT_REJECTED,
)
