"""Requests for a higher quota, decided at the review desk (spec console §3)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, Customer, QuotaRequest, User
from customers.services.quotas import quota_of
from customers.services.standing import require_service
from reviews.services import submissions, workflow
from reviews.services.fields import check_storable

HIGHEST = 100_000
_LONGEST_REASON = 500


@transaction.atomic
def request_quota(
    *,
    customer: Customer,
    resource: str,
    wanted: int,
    reason: str,
    application: Application | None = None,
    actor: User | None,
    ip_address: str | None = None,
) -> QuotaRequest:
    """Ask for a higher quota of applications, or of an application's signatures or templates.

    Refuses a quota that is no higher than the present one, a missing reason, an application of
    somebody else, and a second request while one is open.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    require_service(customer)
    reason = reason.strip()
    _check_subject(customer, resource, application)
    _check_reason(reason)
    current = quota_of(resource, customer, application)
    _check_wanted(wanted, current)
    request = QuotaRequest.objects.create(
        customer=customer,
        application=application,
        resource=resource,
        current=current,
        wanted=wanted,
        reason=reason,
        created_by=actor,
    )
    workflow.enter(request, actor=actor)
    case = submissions.open_case(request, actor=actor)
    submissions.record(
        "submit", request, actor=actor, ip_address=ip_address, after=case.snapshot, reason=reason
    )
    return request


def _check_subject(customer: Customer, resource: str, application: Application | None) -> None:
    if resource not in QuotaRequest.Resource:
        raise Refusal(
            "quota_resource",
            _("“%(resource)s” has no quota. Use one of %(resources)s."),
            field="resource",
            params={"resource": resource, "resources": ", ".join(QuotaRequest.Resource.values)},
        )
    of_customer = resource == QuotaRequest.Resource.APPLICATIONS
    if of_customer != (application is None) or (
        application is not None and application.customer_id != customer.pk
    ):
        raise Refusal(
            "quota_application",
            _("Choose one of your applications for signatures and templates, none otherwise."),
            field="application",
        )
    waiting = customer.quota_requests.filter(
        resource=resource, application=application, status=QuotaRequest.Status.SUBMITTED
    )
    if waiting.exists():
        raise Refusal(
            "quota_requested",
            _("A request for this quota is under review already. Wait for its result."),
            field="resource",
        )


def _check_reason(reason: str) -> None:
    if not 1 <= len(reason) <= _LONGEST_REASON:
        raise Refusal(
            "quota_reason",
            _("Say in 1 to %(longest)s characters what you need the quota for."),
            field="reason",
            params={"longest": _LONGEST_REASON},
        )
    check_storable((reason,), field="reason")


def _check_wanted(wanted: int, current: int) -> None:
    if not current < wanted <= HIGHEST:
        raise Refusal(
            "quota_wanted",
            _("You have a quota of %(current)s. Ask for more, and at most for %(highest)s."),
            field="wanted",
            params={"current": current, "highest": HIGHEST},
        )
