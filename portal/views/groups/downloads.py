"""Files of the Group SMS Assistant: samples, rows with problems, saved lists."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from messaging.groups.samples import sample_csv, sample_xlsx
from portal.access import MemberRequest, for_members, for_senders
from portal.group_exports import problems_csv
from portal.group_pages import find_list, find_task
from reviews.models import Template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_senders
def sample(request: MemberRequest, template_id: UUID) -> HttpResponse:
    """A workbook with the columns the template needs, to be written over."""
    return _file(sample_xlsx(_template(request, template_id)), XLSX, "sample.xlsx")


@for_senders
def sample_as_csv(request: MemberRequest, template_id: UUID) -> HttpResponse:
    content = sample_csv(_template(request, template_id)).encode()
    return _file(content, "text/csv; charset=utf-8", "sample.csv")


@for_members
def problems(request: MemberRequest, public_id: UUID) -> StreamingHttpResponse:
    """All rows that are left out, with the reason of each, to be corrected."""
    return problems_csv(find_task(request.customer, public_id), request.membership)


@for_senders
def recipient_list(request: MemberRequest, public_id: UUID) -> FileResponse:
    """A saved list as it was uploaded."""
    kept = find_list(request.customer, public_id)
    try:
        content = kept.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    suffix = (kept.file.name or "").rpartition(".")[2]
    return FileResponse(content, as_attachment=True, filename=f"{kept.name}.{suffix}")


def _template(request: MemberRequest, template_id: UUID) -> Template:
    usable = Template.objects.for_customer(request.customer).usable().select_related("version")
    template: Template = get_object_or_404(usable, public_id=template_id)
    return template


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=content_type, headers=headers)
