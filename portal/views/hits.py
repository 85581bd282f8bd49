"""Messages to blocked numbers, and what all rules stopped (spec console §13.2)."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from messaging.queries.hit_figures import last_days, rules_that_stopped
from messaging.queries.hits import FoundHit, find_hits
from messaging.queries.number_lookup import lookup
from portal.access import MemberRequest, for_members, for_senders
from portal.exports import hits_csv
from portal.forms.hits import HitSearchForm
from portal.forms.messages import QUICK_RANGES
from portal.hits import drawing_of, rows_of

PAGE_SIZE = 50
DAYS = 30


@for_members
def index(request: MemberRequest) -> HttpResponse:
    """The messages that a blocklist stopped; with a number, what holds for it now as well."""
    form = HitSearchForm(request.GET, customer=request.customer)
    found = _page(request, form) if form.is_valid() else []
    page = found[:PAGE_SIZE]
    number = form.cleaned_data.get("number")
    context = {
        "form": form,
        "rows": rows_of(page, request.customer),
        "lookup": lookup(number, request.customer) if number else None,
        "quick_ranges": [(key, title) for key, (title, _span) in QUICK_RANGES.items()],
        "older": page[-1].hit.message_id if len(found) > PAGE_SIZE else None,
        "is_first_page": not request.GET.get("before"),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/hits/list.html", context, status=status)


@for_senders
def export(request: MemberRequest) -> HttpResponseBase:
    """The same list as a csv file."""
    form = HitSearchForm(request.GET, customer=request.customer)
    if not form.is_valid():
        return index(request)
    return hits_csv(form.search(), request.membership)


@for_members
def figures(request: MemberRequest) -> HttpResponse:
    """How many messages each rule stopped on the last days."""
    context = {
        "drawing": drawing_of(request.customer, days=DAYS),
        "rules": rules_that_stopped(last_days(DAYS), request.customer),
        "days": DAYS,
    }
    return render(request, "portal/hits/figures.html", context)


def _page(request: MemberRequest, form: HitSearchForm) -> list[FoundHit]:
    """The hits of one page and, when there are more, the first of the next."""
    before = request.GET.get("before", "")
    return find_hits(
        form.search(),
        limit=PAGE_SIZE + 1,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
