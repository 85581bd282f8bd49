"""The penalty register: what a violation leads to (spec console §15.4)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Application, Customer, Notice, Penalty, User
from customers.services import audit, enforcement
from customers.services.notices import announce

MOST_REMINDERS = 3
"""That many in a row that were not followed close the business."""

PENALIZE = "customers.add_penalty"

Action = Penalty.Action
Level = Penalty.Level


def action_for(customer: Customer, violation: int) -> tuple[str, int]:
    """What a violation leads to now, and which reminder in a row it is (0 when it is none).

    General ones are reminded, and the third reminder that was not followed closes the business;
    severe ones suspend it the first time and close it the next; critical ones close it.
    """
    level = Penalty.LEVELS[violation]
    if level == Level.GENERAL:
        reminders = _open_reminders(customer) + 1
        return (Action.CLOSURE if reminders >= MOST_REMINDERS else Action.REMINDER), reminders
    if level == Level.SEVERE:
        again = customer.penalties.filter(level=Level.SEVERE).exists()
        return (Action.CLOSURE if again else Action.SUSPENSION), 0
    return Action.CLOSURE, 0


@transaction.atomic
def penalize(
    *,
    customer: Customer,
    violation: int,
    comment: str,
    application: Application | None = None,
    actor: User,
    ip_address: str | None = None,
) -> Penalty:
    """Record a violation and carry out what follows from it; the customer is told.

    Suspending and closing take the right to freeze. Refuses an unknown violation, a missing
    comment, an application of somebody else, and actors without the right.
    """
    if violation not in Penalty.Violation:
        raise Refusal("violation", _("Choose a violation from the list."), field="violation")
    if application is not None and application.customer_id != customer.pk:
        raise Refusal(
            "violation_application",
            _("This application belongs to another customer."),
            field="application",
        )
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    comment = enforcement.checked_reason(comment)
    enforcement.require(actor, PENALIZE, customer)
    action, reminder = action_for(customer, violation)
    penalty = Penalty.objects.create(
        customer=customer,
        application=application,
        violation=violation,
        level=Penalty.LEVELS[violation],
        action=action,
        comment=comment,
        reminder=reminder,
        created_by=actor,
    )
    _record("penalize", penalty, actor, ip_address, comment)
    _carry_out(penalty, comment, actor, ip_address)
    return penalty


@transaction.atomic
def rectify(*, penalty: Penalty, actor: User, ip_address: str | None = None) -> None:
    """Note that the customer put it right: its reminder does not count any more.

    A suspended business is released separately. Refuses actors without the right.
    """
    enforcement.require(actor, PENALIZE, penalty.customer)
    if Penalty.objects.filter(pk=penalty.pk, rectified_at=None).update(rectified_at=now()):
        _record("rectify", penalty, actor, ip_address, "")


def _carry_out(penalty: Penalty, comment: str, actor: User, ip_address: str | None) -> None:
    customer = penalty.customer
    if penalty.action == Action.REMINDER:
        announce(
            customer=customer,
            event=Notice.Event.PENALTY_REMINDER,
            object_type="account",
            object_id=customer.public_id,
            params={"name": customer.name, "reason": comment},
        )
        return
    closes = penalty.action == Action.CLOSURE
    enforcement.freeze(
        customer=customer,
        cause=enforcement.Cause.CLOSURE if closes else enforcement.Cause.VIOLATION,
        reason=comment,
        actor=actor,
        ip_address=ip_address,
    )


def _open_reminders(customer: Customer) -> int:
    """Reminders since the last one that was followed."""
    given = customer.penalties.filter(level=Level.GENERAL)
    followed = given.exclude(rectified_at=None).order_by("-pk").first()
    return given.filter(pk__gt=followed.pk if followed else 0, rectified_at=None).count()


def _record(verb: str, penalty: Penalty, actor: User, ip_address: str | None, reason: str) -> None:
    audit.record(
        verb=verb,
        object_type="penalty",
        object_id=penalty.pk,
        object_name=str(penalty.get_violation_display()),
        actor=actor,
        customer=penalty.customer,
        ip_address=ip_address,
        after={"action": penalty.action, "level": penalty.level},
        reason=reason,
    )
