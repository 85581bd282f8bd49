"""Quotas: the platform's defaults, and what single customers were granted (rulings 24, 25)."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, Customer, QuotaRequest, User
from customers.services import audit, enforcement

HIGHEST = 100_000
SET_QUOTA = "customers.decide_quotarequest"

_FIELDS = {
    QuotaRequest.Resource.APPLICATIONS: "application_quota",
    QuotaRequest.Resource.SIGNATURES: "signature_quota",
    QuotaRequest.Resource.TEMPLATES: "template_quota",
}


def application_quota(customer: Customer) -> int:
    """How many applications a customer may have."""
    granted = customer.application_quota
    return int(settings.SMS_APPLICATION_QUOTA) if granted is None else granted


def signature_quota(application: Application) -> int:
    """How many signatures an application may have."""
    granted = application.signature_quota
    return int(settings.SMS_SIGNATURE_QUOTA) if granted is None else granted


def template_quota(application: Application) -> int:
    """How many templates an application may have."""
    granted = application.template_quota
    return int(settings.SMS_TEMPLATE_QUOTA) if granted is None else granted


def quota_of(resource: str, customer: Customer, application: Application | None) -> int:
    """The quota of a resource as it is now."""
    if resource == QuotaRequest.Resource.APPLICATIONS or application is None:
        return application_quota(customer)
    if resource == QuotaRequest.Resource.SIGNATURES:
        return signature_quota(application)
    return template_quota(application)


@transaction.atomic
def grant_quota(
    *,
    customer: Customer,
    resource: str,
    application: Application | None,
    quota: int,
    reason: str,
    actor: User,
    ip_address: str | None = None,
) -> None:
    """Set a quota as operations, without a request of the customer.

    Refuses a missing reason, a quota beyond `HIGHEST`, signatures and templates without the
    application they are counted for, and actors without the right.
    """
    reason = enforcement.checked_reason(reason)
    enforcement.require(actor, SET_QUOTA, customer)
    of_customer = resource == QuotaRequest.Resource.APPLICATIONS
    if of_customer != (application is None) or (
        application is not None and application.customer_id != customer.pk
    ):
        raise Refusal(
            "quota_application",
            _("Choose one of the customer's applications for signatures and templates only."),
            field="application",
        )
    if not 0 <= quota <= HIGHEST:
        raise Refusal(
            "quota_value",
            _("A quota is 0 to %(highest)s."),
            field="quota",
            params={"highest": HIGHEST},
        )
    set_quota(
        resource=resource,
        customer=customer,
        application=application,
        quota=quota,
        actor=actor,
        ip_address=ip_address,
        reason=reason,
    )


@transaction.atomic
def set_quota(
    *,
    resource: str,
    customer: Customer,
    application: Application | None,
    quota: int,
    actor: User | None,
    ip_address: str | None = None,
    reason: str = "",
) -> None:
    """Grant a quota: of applications to the customer, of the rest to one application."""
    before = quota_of(resource, customer, application)
    holder = application or customer
    field = _FIELDS[QuotaRequest.Resource(resource)]
    setattr(holder, field, quota)
    holder.save(update_fields=[field])
    audit.record(
        verb="set_quota",
        object_type=str(holder._meta.model_name),
        object_id=holder.pk,
        object_name=holder.name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        before={field: before},
        after={field: quota},
        reason=reason,
    )
