"""Replies of recipients, and the numbers that unsubscribed by one (spec console §13.2)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from messaging.models import OptOut, Uplink
from messaging.queries import attempts_of, find_uplink, find_uplinks
from messaging.services.answers import meaning_of
from messaging.services.replay import replay
from portal.access import MemberRequest, for_members, for_senders
from portal.circuits import circuit_of
from portal.forms.uplinks import OptOutSearchForm, UplinkSearchForm

PAGE_SIZE = 50


@for_members
def index(request: MemberRequest) -> HttpResponse:
    form = UplinkSearchForm(request.GET, customer=request.customer)
    before = request.GET.get("before", "")
    older_than = int(before) if before.isdecimal() and len(before) < 19 else None
    found = (
        find_uplinks(form.search(), limit=PAGE_SIZE + 1, before=older_than)
        if form.is_valid()
        else []
    )
    page = found[:PAGE_SIZE]
    context = {
        "form": form,
        "rows": page,
        "older": page[-1].uplink.id if len(found) > PAGE_SIZE else None,
        "is_first_page": older_than is None,
        "can_push": request.customer.applications.exclude(uplink_url="").exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/uplinks/list.html", context, status=status)


@for_members
def detail(request: MemberRequest, uplink_id: int) -> HttpResponse:
    """Every attempt to push a reply, with what the receiver answered."""
    found = find_uplink(request.customer, uplink_id)
    if found is None:
        raise Http404
    context: dict[str, object] = {"found": found}
    if callback := found.callback:
        target = callback.target
        context |= {
            "attempts": [
                (attempt, meaning_of(attempt.http_status, attempt.error))
                for attempt in attempts_of(callback)
            ],
            "circuit": circuit_of(failures=target.failures, open_until=target.open_until),
        }
    return render(request, "portal/uplinks/detail.html", context)


@require_POST
@for_senders
def push_again(request: MemberRequest, uplink_id: int) -> HttpResponse:
    """Have a reply pushed again at once."""
    uplink = Uplink.objects.for_customer(request.customer).filter(pk=uplink_id).first()
    if uplink is None:
        raise Http404
    if replay(
        customer=request.customer,
        reports=[(uplink.pk, 1)],
        actor=request.user,
        ip_address=address_of(request),
    ):
        messages.success(request, _("The reply is pushed again now."))
    else:
        messages.error(request, _("Replies this old, or without an address, are not pushed again."))
    return redirect("portal:uplink-list")


@for_members
def opt_outs(request: MemberRequest) -> HttpResponse:
    """Who unsubscribed: the confirmation of each `R`."""
    form = OptOutSearchForm(request.GET, customer=request.customer)
    found = _matching(request, form) if form.is_valid() else OptOut.objects.none()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    said_in = [row.uplink_id for row in page if row.uplink_id]
    replies = Uplink.objects.for_customer(request.customer).in_bulk(said_in)
    context = {
        "form": form,
        "rows": [(row, replies.get(row.uplink_id or 0)) for row in page],
        "page": page,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/uplinks/opt_outs.html", context, status=status)


def _matching(request: MemberRequest, form: OptOutSearchForm) -> QuerySet[OptOut]:
    own = (
        OptOut.objects.for_customer(request.customer)
        .select_related("application")
        .prefetch_related("removals__opt_out")
    )
    if number := form.cleaned_data["number"]:
        own = own.filter(recipient=number)
    if application := form.cleaned_data["application"]:
        own = own.filter(application=application)
    return own.order_by("-since", "-pk")
