"""Applying for a number that unsubscribed to get promotions again (spec console §13.2)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from common.peers import address_of
from messaging.models import OptOut
from messaging.services.number_removal import apply_for_removal
from portal.access import MemberRequest, for_managers
from portal.forms.uplinks import NumberRemovalForm
from portal.refusals import refused_into


@for_managers
def create(request: MemberRequest, opt_out_id: int) -> HttpResponse:
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
