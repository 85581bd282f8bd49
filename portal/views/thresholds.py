"""Traffic thresholds: today's and this month's use, and the values (spec console §13.3)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.peers import address_of
from messaging.models import RuleHit
from messaging.services.thresholds import ceilings_of, set_thresholds, thresholds_of
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.thresholds import ThresholdForm
from portal.gauges import drawings_of
from portal.hits import drawing_of
from portal.refusals import refused_into


@for_members
def page(request: MemberRequest) -> HttpResponse:
    row = thresholds_of(request.customer)
    is_enforced = row is not None and row.is_enforced
    context = {
        "row": row,
        "drawings": drawings_of(row) if row and is_enforced else (),
        "drawing": drawing_of(request.customer, [RuleHit.Kind.THRESHOLD]),
    }
    return render(request, "portal/thresholds/page.html", context)


@for_managers
def edit(request: MemberRequest) -> HttpResponse:
    row = thresholds_of(request.customer)
    names = ThresholdForm.base_fields
    initial = {name: getattr(row, name) for name in names} if row else None
    form = ThresholdForm(request.POST or None, initial=initial, ceilings=ceilings_of(row))
    if form.is_valid():
        with refused_into(form):
            set_thresholds(
                customer=request.customer,
                values=form.values,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The thresholds were changed. They hold from now on."))
            return redirect("portal:threshold-page")
    status = 422 if form.errors else 200
    return render(request, "portal/thresholds/form.html", {"form": form}, status=status)
