"""Cases about quotas, decided by operations leads (spec console §3)."""

from typing import Any

from customers.models import Notice, QuotaRequest
from customers.services.quotas import set_quota
from reviews.models import Submission
from reviews.roles import SET_QUOTA
from reviews.services import workflow
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

Status = QuotaRequest.Status
_FIELDS = ("resource", "current", "wanted", "reason")


def _snapshot(request: QuotaRequest) -> dict[str, Any]:
    application = request.application
    return {field: getattr(request, field) for field in _FIELDS} | {
        "application": application.name if application else "",
    }


def _approve(request: QuotaRequest, ruling: Ruling) -> None:
    workflow.advance(request, Status.APPROVED, actor=ruling.reviewer, reason=ruling.comment)
    set_quota(
        resource=request.resource,
        customer=request.customer,
        application=request.application,
        quota=request.wanted,
        actor=ruling.reviewer,
        ip_address=ruling.ip_address,
        reason=request.reason,
    )


def _reject(request: QuotaRequest, ruling: Ruling) -> None:
    workflow.advance(request, Status.REJECTED, actor=ruling.reviewer, reason=ruling.comment)


def _reopen(request: QuotaRequest, ruling: Ruling) -> None:
    """A refusal can be thought over; a quota that was granted is changed where it stands."""
    if request.status != Status.REJECTED:
        raise cannot_reopen(request)
    workflow.advance(request, Status.SUBMITTED, actor=ruling.reviewer, reason=ruling.comment)


QUOTA = CaseKind(
    kind=Submission.Kind.QUOTA,
    model=QuotaRequest,
    title=str,
    snapshot=_snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    permission=SET_QUOTA,
    approved=Notice.Event.QUOTA_GRANTED,
    rejected=Notice.Event.QUOTA_REFUSED,
)
