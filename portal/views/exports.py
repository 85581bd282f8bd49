"""Exports: ask for a list as a file, watch it being written, fetch it while it is kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.clock import now
from common.peers import address_of
from messaging.exports import asking, files
from messaging.exports.details import as_filters
from messaging.exports.statistics import as_filters as selection_as_filters
from messaging.models import Export, GroupTask
from messaging.queries import MessageSearch, Result
from portal.access import MemberRequest, for_senders
from portal.forms.exports import ExportForm
from portal.forms.messages import MessageSearchForm
from portal.forms.statistics import StatisticsForm
from portal.refusals import refused_into, told

PER_PAGE = 20
DAYS = ("first", "last")
CONTENT_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@for_senders
def index(request: MemberRequest) -> HttpResponse:
    """The customer's exports, newest first; the list asks again while one is under way."""
    own = Export.objects.for_customer(request.customer).select_related("requested_by")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "is_changing": any(export.is_unfinished for export in page),
        "days": settings.SMS_EXPORT_DAYS,
    }
    template = "portal/exports/list.html"
    return render(request, f"{template}#exports" if request.htmx else template, context)


@for_senders
def details(request: MemberRequest) -> HttpResponse:
    """Sending details as they are filtered in the address."""
    search = MessageSearchForm(request.GET, customer=request.customer)
    back = f"{reverse('portal:message-list')}?{request.GET.urlencode()}"
    if not search.is_valid():
        return redirect(back)
    return _asked(
        request,
        kind=Export.Kind.DETAILS,
        filters=as_filters(search.search()),
        chosen=search.in_words(),
        back=back,
    )


@for_senders
def statistics(request: MemberRequest) -> HttpResponse:
    """The figures as they are selected in the address."""
    form = StatisticsForm(request.GET, customer=request.customer)
    back = f"{reverse('portal:statistics')}?{request.GET.urlencode()}"
    if not form.is_valid():
        return redirect(back)
    days = [(str(form.fields[name].label), f"{form.cleaned_data[name]}") for name in DAYS]
    return _asked(
        request,
        kind=Export.Kind.STATISTICS,
        filters=selection_as_filters(form.filters()),
        chosen=days,
        back=back,
    )


@for_senders
def failed_numbers(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The failed numbers of a group task."""
    own = GroupTask.objects.for_customer(request.customer)
    task = get_object_or_404(own, public_id=public_id)
    search = MessageSearch(
        customer=request.customer,
        start=task.started_at or task.created_at,
        end=now(),
        result=Result.FAILED,
        group_task_id=task.pk,
    )
    return _asked(
        request,
        kind=Export.Kind.FAILED_NUMBERS,
        filters=as_filters(search),
        chosen=[(_("Group task"), task.name)],
        back=reverse("portal:group-detail", args=[public_id]),
    )


@require_GET
@for_senders
def download(request: MemberRequest, public_id: UUID) -> HttpResponseBase:
    """Stream the file to this browser, piece by piece; each time is noted in the audit trail."""
    export = _find(request, public_id)
    if not asking.may_be_fetched(export, now()):
        messages.error(request, _("This file can no longer be downloaded. Ask for it again."))
        return redirect("portal:export-list")
    asking.fetched(export=export, actor=request.user, ip_address=address_of(request))
    return StreamingHttpResponse(
        files.read(export.public_id, files.FILE, export.pieces),
        content_type=CONTENT_TYPES[Export.Format(export.format)],
        headers={
            "Content-Disposition": content_disposition_header(True, export.file_name),
            "Content-Length": str(export.size),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
@for_senders
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    export = _find(request, public_id)
    with told(request, _("The export was deleted.")):
        asking.delete(export=export, actor=request.user, ip_address=address_of(request))
    return redirect("portal:export-list")


def _asked(
    request: MemberRequest,
    *,
    kind: Export.Kind,
    filters: Mapping[str, Any],
    chosen: list[tuple[str, str]],
    back: str,
) -> HttpResponse:
    """Show what would be exported, and take the wish down when it is confirmed."""
    form = ExportForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            asking.ask(
                customer=request.customer,
                kind=kind,
                file_format=form.cleaned_data["format"],
                filters=filters,
                actor=request.user,
                ip_address=address_of(request),
            )
            return redirect("portal:export-list")
    context = {
        "form": form,
        "kind": kind.label,
        "chosen": chosen,
        "back": back,
        "most": settings.SMS_EXPORT_MAX_ROWS,
        "days": settings.SMS_EXPORT_DAYS,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/exports/form.html", context, status=status)


def _find(request: MemberRequest, public_id: UUID) -> Export:
    own = Export.objects.for_customer(request.customer)
    return get_object_or_404(own, public_id=public_id)
