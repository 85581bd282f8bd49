"""Enabling Message & SMS: who may, when, and under which agreement (spec console §2.2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import AgreementAcceptance, Customer, Membership, Notice, User
from customers.services import audit
from customers.services.notices import announce
from customers.services.registration import require_registered
from reviews.models import RealName

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the service can be enabled now, and if not, why."""

    is_open: bool
    reason: "Sentence" = ""


def gate_of(customer: Customer) -> Gate:
    """What still stands before the Enable button of this customer."""
    try:
        require_registered(customer)
        _require_real_name(customer)
        _require_not_frozen(customer)
    except Refusal as refusal:
        return Gate(False, str(refusal))
    return Gate(True)


@transaction.atomic
def enable_service(
    *,
    customer: Customer,
    agreement: str,
    actor: User,
    ip_address: str | None = None,
) -> Customer:
    """Enable Message & SMS and record which version of the agreement was accepted, by whom.

    For owners only (ruling 39). Refuses while a step of the registration or the real-name
    authentication is open, and an agreement of another version than the present one. Enabled
    already, it changes nothing.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if not Membership.objects.for_customer(customer).owners().filter(user=actor).exists():
        raise Refusal(
            "owner_only",
            _("Members cannot enable the service. Ask an owner of the account to do it."),
        )
    if customer.service == Customer.Service.ENABLED:
        return customer
    require_registered(customer)
    _require_real_name(customer)
    _require_not_frozen(customer)
    if agreement != settings.SMS_AGREEMENT_VERSION:
        raise Refusal(
            "agreement_version",
            _("The agreement has changed (version %(version)s). Read it again, then accept it."),
            field="accepts",
            params={"version": settings.SMS_AGREEMENT_VERSION},
        )
    AgreementAcceptance.objects.create(
        customer=customer, version=agreement, user=actor, ip_address=ip_address
    )
    before = customer.service
    customer.service = Customer.Service.ENABLED
    customer.save(update_fields=["service"])
    audit.record(
        verb="enable",
        object_type="customer",
        object_id=customer.pk,
        object_name=customer.name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        before={"service": before},
        after={"service": customer.service, "agreement": agreement},
    )
    announce(
        customer=customer,
        event=Notice.Event.DETAILS_WANTED,
        object_type="account",
        object_id=customer.public_id,
        params={"name": customer.name},
    )
    return customer


def _require_real_name(customer: Customer) -> None:
    if not settings.SMS_REQUIRE_REAL_NAME:
        return
    found = RealName.objects.for_customer(customer).first()
    if found is None:
        raise Refusal(
            "real_name_missing",
            _("Submit the enterprise real-name authentication first."),
        )
    if not found.is_approved:
        raise Refusal(
            "real_name_open",
            _("The real-name authentication is not approved yet (status: %(status)s)."),
            params={"status": found.get_status_display()},
        )


def _require_not_frozen(customer: Customer) -> None:
    if customer.status == Customer.Status.FROZEN:
        raise Refusal(
            "account_frozen", _("The account is frozen. Write a ticket to have it released.")
        )
