"""Many templates with one spreadsheet: sample, upload, result, failed rows (console §8.1)."""

from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from common.peers import address_of
from customers.models import Application, Customer
from portal.access import MemberRequest, for_managers
from portal.forms.imports import ImportForm
from portal.refusals import refused_into
from reviews.services import imports

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_S = 24 * 3600
"""How long the failed rows of an import can be downloaded, in seconds."""


@for_managers
def page(request: MemberRequest) -> HttpResponse:
    """Ask for the file, then say what became of each of its rows."""
    form = ImportForm(request.POST or None, request.FILES or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            result = imports.import_templates(
                **form.cleaned_data, actor=request.user, ip_address=address_of(request)
            )
            context = {
                "application": form.cleaned_data["application"],
                "result": result,
                "key": keep_failed(request.customer, result),
                "hours": KEPT_S // 3600,
            }
            return render(request, "portal/templates/import_result.html", context)
    context = {
        "form": form,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/templates/import.html", context, status=status)


@require_GET
@for_managers
def sample(_request: MemberRequest) -> HttpResponse:
    """A workbook with the columns and an example for each type, to be written over."""
    return _workbook(imports.sample_workbook(), "templates.xlsx")


@require_GET
@for_managers
def failed_rows(request: MemberRequest, key: UUID) -> HttpResponse:
    """The rows of an import that could not be submitted, with their findings."""
    content = cache.get(_cache_key(request.customer, key))
    if content is None:
        raise Http404
    return _workbook(content, "failed-rows.xlsx")


def keep_failed(customer: Customer, result: imports.ImportResult) -> UUID | None:
    """Keep the workbook of failed rows for the download; None when no row failed."""
    if not result.failed:
        return None
    key = uuid4()
    cache.set(_cache_key(customer, key), imports.error_workbook(result.failed), KEPT_S)
    return key


def _cache_key(customer: Customer, key: UUID) -> str:
    return f"template-import:{customer.pk}:{key}"


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=XLSX, headers=headers)
