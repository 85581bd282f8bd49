"""Stopping accounts and applications, and letting them go on (spec console §15.2, nos. 6 and 7)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Application, Customer, Notice, User
from customers.services import audit
from customers.services.notices import announce

FREEZE = "customers.freeze_customer"
SUSPEND = "customers.suspend_application"

Cause = Customer.FrozenCause
By = Application.SuspendedBy


@transaction.atomic
def freeze(
    *,
    customer: Customer,
    cause: str,
    reason: str,
    actor: User | None,
    ip_address: str | None = None,
) -> Customer:
    """Stop a customer's business: nothing is sent (E000112), nothing can be added.

    Its owners and contacts are told the reason, whatever they chose to be told. `actor` is None
    when the platform does it because of arrears. A freeze because of arrears gives way to one
    because of a violation. Refuses a missing reason, an actor without the right, and an account
    that is frozen for the same or a heavier cause.
    """
    reason = checked_reason(reason)
    require(actor, FREEZE, customer)
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if cause not in Cause:
        raise Refusal("freeze_cause", _("Choose a cause from the list."), field="cause")
    if customer.is_frozen and _WEIGHT[cause] <= _WEIGHT[customer.frozen_cause]:
        raise Refusal(
            "account_frozen",
            _("The account is frozen already (%(cause)s)."),
            params={"cause": customer.get_frozen_cause_display() or "–"},
        )
    before = _state(customer)
    customer.status, customer.frozen_cause = Customer.Status.FROZEN, cause
    customer.frozen_reason, customer.frozen_at = reason, now()
    _save(customer)
    _record("freeze", customer, customer, actor, ip_address, before, reason)
    _tell(customer, Notice.Event.ACCOUNT_FROZEN, reason)
    return customer


@transaction.atomic
def release(
    *,
    customer: Customer,
    reason: str,
    actor: User | None,
    cause: str = "",
    ip_address: str | None = None,
) -> Customer:
    """Let a frozen customer go on. With `cause`, only when it is frozen because of that.

    A top-up releases from arrears so, and never from a violation: that takes an operations lead.
    Refuses a missing reason, an actor without the right, and an account that is not frozen so.
    """
    reason = checked_reason(reason)
    require(actor, FREEZE, customer)
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if not customer.is_frozen or (cause and customer.frozen_cause != cause):
        raise Refusal("account_not_frozen", _("The account is not frozen for this cause."))
    if actor is None and customer.frozen_cause != Cause.ARREARS:
        raise Refusal("release_by_hand", _("Only an operations lead ends this freeze."))
    before = _state(customer)
    customer.status, customer.frozen_cause = Customer.Status.ACTIVE, ""
    customer.frozen_reason, customer.frozen_at = "", None
    _save(customer)
    _record("release", customer, customer, actor, ip_address, before, reason)
    _tell(customer, Notice.Event.ACCOUNT_RELEASED, reason)
    return customer


@transaction.atomic
def suspend_application(
    *, application: Application, reason: str, actor: User, ip_address: str | None = None
) -> Application:
    """Stop an application as operations; only operations restore it (spec console §5.2).

    One that the customer paused can be suspended, too. Owners and contacts are told. Refuses a
    missing reason, an actor without the right, and one that operations suspended already.
    """
    reason = checked_reason(reason)
    require(actor, SUSPEND, application.customer)
    return _suspend(application, By.OPERATIONS, reason, actor, ip_address)


@transaction.atomic
def restore_application(
    *, application: Application, reason: str, actor: User, ip_address: str | None = None
) -> Application:
    """Let an application send again, whoever suspended it. Refuses as `suspend_application`."""
    reason = checked_reason(reason)
    require(actor, SUSPEND, application.customer)
    return _restore(application, reason, actor, ip_address)


@transaction.atomic
def pause_application(
    *, application: Application, actor: User, ip_address: str | None = None
) -> Application:
    """Stop an application as its customer, who can let it go on. Refuses a suspended one."""
    return _suspend(application, By.CUSTOMER, "", actor, ip_address)


@transaction.atomic
def resume_application(
    *, application: Application, actor: User, ip_address: str | None = None
) -> Application:
    """End the customer's own pause. Refuses what operations suspended: they alone restore it."""
    application = _locked(application)
    if application.is_stopped_by_operations:
        raise Refusal(
            "suspended_by_operations",
            _(
                "Operations suspended this application: %(reason)s Put it right, then write a "
                "ticket to have it restored."
            ),
            params={"reason": application.suspension_reason},
        )
    return _restore(application, "", actor, ip_address)


_WEIGHT = {"": 0, Cause.ARREARS: 1, Cause.VIOLATION: 2, Cause.CLOSURE: 3}


def _suspend(
    application: Application, by: str, reason: str, actor: User, ip_address: str | None
) -> Application:
    application = _locked(application)
    if application.is_suspended and (
        by == By.CUSTOMER or application.suspended_by == By.OPERATIONS
    ):
        raise Refusal("application_suspended", _("The application is suspended already."))
    before = _state(application)
    application.status = Application.Status.SUSPENDED
    application.suspended_by, application.suspension_reason = by, reason
    _save(application)
    customer = application.customer
    _record("suspend", application, customer, actor, ip_address, before, reason)
    if by == By.OPERATIONS:
        _tell(customer, Notice.Event.APPLICATION_SUSPENDED, reason, application)
    return application


def _restore(
    application: Application, reason: str, actor: User, ip_address: str | None
) -> Application:
    application = _locked(application)
    if not application.is_suspended:
        raise Refusal("application_not_suspended", _("The application is not suspended."))
    before, by = _state(application), application.suspended_by
    application.status = Application.Status.LAUNCHED
    application.suspended_by = application.suspension_reason = ""
    _save(application)
    customer = application.customer
    _record("restore", application, customer, actor, ip_address, before, reason)
    if by != By.CUSTOMER:
        _tell(customer, Notice.Event.APPLICATION_RESTORED, reason, application)
    return application


def _locked(application: Application) -> Application:
    return (
        Application.objects.select_related("customer")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=application.pk)
    )


def require(actor: User | None, permission: str, customer: Customer) -> None:
    """Refuse without the right, and people who belong to the customer (spec console §15.2)."""
    if actor is None:
        return
    if not actor.has_perm(permission) or actor.memberships.filter(customer=customer).exists():
        raise Refusal(
            "no_permission",
            _("Your role does not allow this, or you belong to the customer. Ask a colleague."),
        )


def checked_reason(reason: str) -> str:
    """The reason without blanks around it; refuse one that says nothing or too much."""
    reason = reason.strip()
    if not 3 <= len(reason) <= 1000:
        raise Refusal(
            "reason_missing",
            _("Write the reason, in 3 to 1000 characters: the customer reads it."),
            field="reason",
        )
    return reason


def _state(subject: Customer | Application) -> dict[str, str]:
    if isinstance(subject, Customer):
        return {"status": subject.status, "cause": subject.frozen_cause}
    return {"status": subject.status, "suspended_by": subject.suspended_by}


def _save(subject: Customer | Application) -> None:
    fields = (
        ["status", "frozen_cause", "frozen_reason", "frozen_at"]
        if isinstance(subject, Customer)
        else ["status", "suspended_by", "suspension_reason"]
    )
    subject.save(update_fields=fields)


def _tell(
    customer: Customer, event: Notice.Event, reason: str, subject: Application | None = None
) -> None:
    announce(
        customer=customer,
        event=event,
        object_type="application" if subject else "account",
        object_id=(subject or customer).public_id,
        params={"name": (subject or customer).name, "reason": reason},
    )


def _record(
    verb: str,
    subject: Customer | Application,
    customer: Customer,
    actor: User | None,
    ip_address: str | None,
    before: dict[str, str],
    reason: str,
) -> None:
    audit.record(
        verb=verb,
        object_type=str(subject._meta.model_name),
        object_id=subject.pk,
        object_name=subject.name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        before=before,
        after=_state(subject),
        reason=reason,
    )
