"""Applications for the removal of numbers from lists (spec console §13.2)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from common.peers import address_of
from messaging.models import BlockedNumber, NumberRemoval, OptOut
from messaging.services.number_removal import apply_for_removal, apply_for_unblocking, hits_of
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.hits import UnblockingForm
from portal.forms.uplinks import NumberRemovalForm
from portal.history import with_review_comment
from portal.paging import page_of
from portal.refusals import refused_into
from reviews.models import Submission


@for_members
def index(request: MemberRequest) -> HttpResponse:
    """What was applied for and decided, newest first."""
    own = NumberRemoval.objects.for_customer(request.customer).select_related(
        "opt_out", "blocked_number", "created_by"
    )
    commented = with_review_comment(own, Submission.Kind.NUMBER_REMOVAL)
    return render(request, "portal/hits/removals.html", {"page": page_of(commented, request)})


@for_managers
def create(request: MemberRequest, opt_out_id: int) -> HttpResponse:
    """Apply for a number that unsubscribed to get promotions again."""
    own = OptOut.objects.for_customer(request.customer).select_related("application")
    opt_out = get_object_or_404(own, pk=opt_out_id)
    form = NumberRemovalForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            apply_for_removal(
                opt_out=opt_out,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("Submitted. You are told of the decision."))
            return redirect("portal:opt-out-list")
    context = {"form": form, "opt_out": opt_out}
    status = 422 if form.errors else 200
    return render(request, "portal/uplinks/removal.html", context, status=status)


@for_managers
def unblock(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Apply for a number to be taken off a list of the platform that stopped a message to it."""
    entry = BlockedNumber.objects.filter(pk=entry_id).first()
    if entry is None or not hits_of(entry, request.customer).exists():
        raise Http404
    form = UnblockingForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            apply_for_unblocking(
                blocked_number=entry,
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("Submitted. You are told of the decision."))
            return redirect("portal:hit-removals")
    context = {"form": form, "entry": entry}
    status = 422 if form.errors else 200
    return render(request, "portal/hits/unblock.html", context, status=status)
