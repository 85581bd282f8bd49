"""Statistics of what was sent, from the hourly figures (spec console §10)."""

from django.http import HttpResponse
from django.shortcuts import render

from common.clock import now
from messaging.statistics import reading
from portal import statistics
from portal.access import MemberRequest, for_members
from portal.forms.statistics import StatisticsForm


@for_members
def page(request: MemberRequest) -> HttpResponse:
    form = StatisticsForm(request.GET, customer=request.customer)
    context = {"form": form, "ranges": statistics.ranges()}
    if not form.is_valid():
        return render(request, "portal/statistics/page.html", context, status=422)
    filters = form.filters()
    before = filters.previous(now())
    report = reading.report(filters)
    context |= {
        "first": form.cleaned_data["first"],
        "last": form.cleaned_data["last"],
        "before": before,
        "report": report,
        "cards": statistics.cards_of(report, reading.report(before)),
        "charts": statistics.charts_of(report.points, is_hourly=filters.is_hourly),
        "places": statistics.places_of(filters),
        "branches": statistics.tree_of(report.origins),
    }
    return render(request, "portal/statistics/page.html", context)
