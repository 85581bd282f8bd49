"""Quotas: what is used, and requests for more (spec console §3, ruling 25)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from common.peers import address_of
from customers.models import QuotaRequest
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.quotas import QuotaForm
from portal.history import with_due_time, with_review_comment
from portal.quotas import Usage, ask_url, usages_of
from portal.refusals import refused_into
from portal.standing import standing_of
from portal.tables.quotas import QuotaRequestTable
from portal.urging import urge_case
from reviews.models import Submission
from reviews.services.quotas import request_quota


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = QuotaRequest.objects.for_customer(request.customer).select_related("application")
    commented = with_review_comment(own, Submission.Kind.QUOTA)
    table = QuotaRequestTable(with_due_time(commented, Submission.Kind.QUOTA))
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    waiting = own.filter(status=QuotaRequest.Status.SUBMITTED)
    asked = set(waiting.values_list("resource", "application_id"))
    context = {
        "usages": [(usage, usage.key in asked) for usage in usages_of(request.customer)],
        "table": table,
    }
    return render(request, "portal/quotas/list.html", context)


@for_managers
def create(request: MemberRequest) -> HttpResponse:
    usage = _usage(request)
    form = QuotaForm(request.POST or None, current=usage.quota)
    if form.is_valid():
        with refused_into(form):
            request_quota(
                customer=request.customer,
                resource=usage.resource.value,
                application=usage.application,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The request was submitted."))
            return redirect("portal:quota-list")
    context = {"form": form, "usage": usage}
    status = 422 if form.errors else 200
    return render(request, "portal/quotas/form.html", context, status=status)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    quota_request = _find(request, public_id)
    context = {
        "quota_request": quota_request,
        "standing": standing_of(quota_request),
        "ask_url": ask_url(quota_request.resource, quota_request.application),
    }
    return render(request, "portal/quotas/detail.html", context)


@require_POST
@for_managers
def urge(request: MemberRequest, public_id: UUID) -> HttpResponse:
    urge_case(request, _find(request, public_id))
    return redirect("portal:quota-detail", public_id)


def _find(request: MemberRequest, public_id: UUID) -> QuotaRequest:
    own = QuotaRequest.objects.for_customer(request.customer).select_related("application")
    return get_object_or_404(own, public_id=public_id)


def _usage(request: MemberRequest) -> Usage:
    """The quota that the address names; of applications when it names none."""
    resource = request.GET.get("resource", QuotaRequest.Resource.APPLICATIONS)
    application = request.GET.get("application", "")
    for usage in usages_of(request.customer):
        named = str(usage.application.public_id) if usage.application else ""
        if (usage.resource, named) == (resource, application):
            return usage
    raise Http404
