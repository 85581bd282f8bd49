"""Numbers that unsubscribed and want promotions again: applied for, decided at the desk."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Notice, User
from customers.services.standing import require_service
from messaging.models import NumberRemoval, OptOut
from reviews.models import Submission
from reviews.services import submissions, workflow
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

LONGEST_REASON = 500

Status = NumberRemoval.Status


@transaction.atomic
def apply_for_removal(
    *, opt_out: OptOut, reason: str, actor: User, ip_address: str | None = None
) -> NumberRemoval:
    """Ask operations to let promotions to a number through again (spec console §13.2).

    Refuses a missing or too long reason, a number that is restored already, and a second
    application while one is open.
    """
    opt_out = (
        OptOut.objects.select_for_update(of=("self",)).select_related("customer").get(pk=opt_out.pk)
    )
    require_service(opt_out.customer)
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON or "\0" in reason:
        raise Refusal(
            "removal_reason",
            _("Say in 1 to %(longest)s characters how the recipient agreed again."),
            field="reason",
            params={"longest": LONGEST_REASON},
        )
    if not opt_out.is_in_force:
        raise Refusal("removal_restored", _("This number gets promotions again already."))
    if NumberRemoval.objects.filter(opt_out=opt_out, status=Status.REMOVING).exists():
        raise Refusal(
            "removal_waiting",
            _("An application for this number is under review already. Wait for its result."),
        )
    removal = NumberRemoval.objects.create(
        customer=opt_out.customer,
        application=opt_out.application,
        opt_out=opt_out,
        reason=reason,
        created_by=actor,
    )
    workflow.enter(removal, actor=actor)
    submissions.open_case(removal, actor=actor)
    submissions.record("submit", removal, actor=actor, ip_address=ip_address, reason=reason)
    return removal


def _snapshot(removal: NumberRemoval) -> dict[str, Any]:
    opt_out = removal.opt_out
    return {
        "application": removal.application.name,
        "number": removal.name,
        "since": opt_out.since.isoformat(timespec="minutes"),
        "reason": removal.reason,
    }


def _approve(removal: NumberRemoval, ruling: Ruling) -> None:
    """A reply `R` that came after the application stands: the recipient has the last word."""
    workflow.advance(removal, Status.REMOVED, actor=ruling.reviewer, reason=ruling.comment)
    OptOut.objects.filter(
        pk=removal.opt_out_id, restored_at=None, since__lte=removal.created_at
    ).update(restored_at=now())


def _reject(removal: NumberRemoval, ruling: Ruling) -> None:
    workflow.advance(removal, Status.REMOVAL_REJECTED, actor=ruling.reviewer, reason=ruling.comment)


def _reopen(removal: NumberRemoval, ruling: Ruling) -> None:
    if removal.status != Status.REMOVAL_REJECTED:
        raise cannot_reopen(removal)
    workflow.advance(removal, Status.REMOVING, actor=ruling.reviewer, reason=ruling.comment)


NUMBER_REMOVAL = CaseKind(
    kind=Submission.Kind.NUMBER_REMOVAL,
    model=NumberRemoval,
    title=str,
    snapshot=_snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    approved=Notice.Event.NUMBER_RESTORED,
    rejected=Notice.Event.NUMBER_NOT_RESTORED,
)
