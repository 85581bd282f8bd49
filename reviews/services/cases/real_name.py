"""Cases about who a customer is: enterprise real-name authentication (spec console §2.1)."""

from typing import Any

from customers.models import Customer, Notice
from reviews.models import RealName, Submission
from reviews.services import evidence, workflow
from reviews.services.kinds import CaseKind, Ruling

Status = RealName.Status
_FIELDS = ("enterprise_name", "certificate_type", "credit_code", "legal_person")


def _snapshot(real_name: RealName) -> dict[str, Any]:
    return {field: getattr(real_name, field) for field in _FIELDS} | {
        "country": real_name.customer.country,
        "evidence": evidence.described(real_name),
    }


def _approve(real_name: RealName, ruling: Ruling) -> None:
    """From now on the account bears the name that was authenticated."""
    workflow.advance(real_name, Status.APPROVED, actor=ruling.reviewer, reason=ruling.comment)
    Customer.objects.filter(pk=real_name.customer_id).update(name=real_name.enterprise_name)


def _reject(real_name: RealName, ruling: Ruling) -> None:
    workflow.advance(real_name, Status.REJECTED, actor=ruling.reviewer, reason=ruling.comment)


def _reopen(real_name: RealName, ruling: Ruling) -> None:
    workflow.advance(real_name, Status.REVIEWING, actor=ruling.reviewer, reason=ruling.comment)


REAL_NAME = CaseKind(
    kind=Submission.Kind.ENABLEMENT,
    model=RealName,
    title=str,
    snapshot=_snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    approved=Notice.Event.REAL_NAME_APPROVED,
    rejected=Notice.Event.REAL_NAME_REJECTED,
)
