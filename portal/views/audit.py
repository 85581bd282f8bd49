"""The audit trail of a customer account: who did what, when and from where (spec console §14)."""

from django.http import HttpResponseBase
from django.shortcuts import render

from common.peers import address_of
from customers.services import audit
from portal.access import MemberRequest, for_managers
from portal.audit_trail import as_lines, events_of
from portal.exports import audit_csv
from portal.forms.audit import AuditForm
from portal.paging import page_of


@for_managers
def index(request: MemberRequest) -> HttpResponseBase:
    form = AuditForm(request.GET, customer=request.customer)
    found = events_of(request.customer)
    if form.is_valid():
        found = form.narrowed(found)
    if form.is_valid() and "export" in request.GET:
        audit.record(
            verb="export",
            object_type="audit_trail",
            object_id=request.customer.pk,
            actor=request.user,
            customer=request.customer,
            ip_address=address_of(request),
        )
        return audit_csv(found)
    page = page_of(found, request)
    query = request.GET.copy()
    query["export"] = "csv"
    context = {
        "form": form,
        "page": page,
        "lines": as_lines(page.object_list),
        "export_query": query.urlencode(),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/audit/list.html", context, status=status)
