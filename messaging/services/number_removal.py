"""Numbers that shall get messages again: applied for by customers, decided at the desk."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from common.errors import Refusal
from common.numbers import mask
from customers.models import Customer, Notice, User
from customers.services import audit
from customers.services.standing import require_service
from messaging.models import BlockedNumber, NumberRemoval, OptOut, RuleHit
from messaging.models.ids import first_id
from reviews.models import Submission
from reviews.services import submissions, workflow
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

if TYPE_CHECKING:
    from common.errors import Sentence

LONGEST_REASON = 500
HISTORY = timedelta(days=60)
"""So long a customer sees which of its messages a list stopped (spec console §13.2)."""

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
    reason = _checked(
        reason, _("Say in 1 to %(longest)s characters how the recipient agreed again.")
    )
    if not opt_out.is_in_force:
        raise Refusal("removal_restored", _("This number gets promotions again already."))
    removal = NumberRemoval(
        customer=opt_out.customer,
        application=opt_out.application,
        opt_out=opt_out,
        reason=reason,
        created_by=actor,
    )
    return _opened(removal, NumberRemoval.objects.filter(opt_out=opt_out), actor, ip_address)


@transaction.atomic
def apply_for_unblocking(
    *,
    blocked_number: BlockedNumber,
    customer: Customer,
    reason: str,
    actor: User,
    ip_address: str | None = None,
) -> NumberRemoval:
    """Ask operations to take a number off a blocklist of the platform (spec console §13.2).

    Refuses a missing or too long reason, an entry that stopped no message of the customer's in
    the last 60 days or is out of force already, and a second application of the customer's while
    one is open.
    """
    entry = BlockedNumber.objects.select_for_update().get(pk=blocked_number.pk)
    require_service(customer)
    reason = _checked(
        reason,
        _("Say in 1 to %(longest)s characters what you send and how the recipient agreed to it."),
    )
    if not hits_of(entry, customer).exists():
        raise Refusal(
            "removal_no_hit",
            _("The entry stopped no message of yours in the last %(days)s days."),
            params={"days": HISTORY.days},
        )
    if not entry.is_active:
        raise Refusal("removal_restored", _("This number is on no list any more."))
    removal = NumberRemoval(
        customer=customer, blocked_number=entry, reason=reason, created_by=actor
    )
    own = NumberRemoval.objects.for_customer(customer).filter(blocked_number=entry)
    return _opened(removal, own, actor, ip_address)


def hits_of(entry: BlockedNumber, customer: Customer) -> QuerySet[RuleHit]:
    """The messages of a customer's that an entry stopped in the last 60 days.

    Only those to the number the entry has now: operations may have corrected it.
    """
    return RuleHit.objects.for_customer(customer).filter(
        kind=RuleHit.Kind.BLOCKLIST,
        rule_id=entry.pk,
        matched=mask(entry.recipient),
        message_id__gte=first_id(local_day(now() - HISTORY)),
    )


def _checked(reason: str, wanted: "Sentence") -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON or "\0" in reason:
        raise Refusal("removal_reason", wanted, field="reason", params={"longest": LONGEST_REASON})
    return reason


def _opened(
    removal: NumberRemoval,
    others: "QuerySet[NumberRemoval]",
    actor: User,
    ip_address: str | None,
) -> NumberRemoval:
    """Store it with its case, unless one of the others is under review; the entry is locked."""
    if others.filter(status=Status.REMOVING).exists():
        raise Refusal(
            "removal_waiting",
            _("An application for this number is under review already. Wait for its result."),
        )
    removal.save()
    workflow.enter(removal, actor=actor)
    submissions.open_case(removal, actor=actor)
    submissions.record("submit", removal, actor=actor, ip_address=ip_address, reason=removal.reason)
    return removal


def _snapshot(removal: NumberRemoval) -> dict[str, Any]:
    about: dict[str, Any] = {"number": removal.name, "reason": removal.reason}
    if entry := removal.blocked_number:
        about |= {
            "list": f"{entry.code} {entry.kind}",
            "listed_because": entry.reason,
            "since": entry.created_at.isoformat(timespec="minutes"),
            "stopped": hits_of(entry, removal.customer).count(),
        }
    elif opt_out := removal.opt_out:
        about |= {
            "application": opt_out.application.name,
            "since": opt_out.since.isoformat(timespec="minutes"),
        }
    return about


def _approve(removal: NumberRemoval, ruling: Ruling) -> None:
    workflow.advance(removal, Status.REMOVED, actor=ruling.reviewer, reason=ruling.comment)
    if entry := removal.blocked_number:
        _unblock(entry, ruling)
    elif opt_out := removal.opt_out:
        _restore(opt_out, removal)


def _restore(opt_out: OptOut, removal: NumberRemoval) -> None:
    """A reply `R` that came after the application stands: the recipient has the last word."""
    OptOut.objects.filter(pk=opt_out.pk, restored_at=None, since__lte=removal.created_at).update(
        restored_at=now()
    )


def _unblock(entry: BlockedNumber, ruling: Ruling) -> None:
    """Take the entry out of force, for all customers; it is kept with its history."""
    if BlockedNumber.objects.filter(pk=entry.pk, is_active=True).update(is_active=False):
        audit.record(
            verb="update",
            object_type=str(BlockedNumber._meta.model_name),
            object_id=entry.pk,
            object_name=mask(entry.recipient),
            actor=ruling.reviewer,
            ip_address=ruling.ip_address,
            before={"is_active": True},
            after={"is_active": False},
            reason=ruling.comment,
        )


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
