"""Group tasks: the list, and the page of one with what it does now (spec console §9.3)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh
from django_tables2 import RequestConfig

from messaging.models import GroupTask
from portal import group_drafts
from portal.access import MemberRequest, for_members
from portal.filters import GroupTaskFilter
from portal.group_pages import RELATED, can_create, context_of, find_task, page_of
from portal.tables.groups import GroupTaskTable


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = GroupTask.objects.for_customer(request.customer)
    filtered = GroupTaskFilter(request.GET, own.select_related(*RELATED))
    table = GroupTaskTable(filtered.qs, may_send=request.membership.can_send)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    context = {
        "filter": filtered,
        "table": table,
        "can_create": can_create(request.customer),
        "unfinished": group_drafts.latest(request) if request.membership.can_send else None,
    }
    return render(request, "portal/groups/list.html", context)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    task = find_task(request.customer, public_id)
    return render(request, "portal/groups/detail.html", context_of(task))


@for_members
def state(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The parts of the page that change by themselves; the whole page when another one is due."""
    task = find_task(request.customer, public_id)
    if request.GET.get("shown") != page_of(task):
        return HttpResponseClientRefresh()
    return render(request, "portal/groups/state.html", context_of(task))
