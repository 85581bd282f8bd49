"""Error codes: what each code of the API and of status reports means (spec data-plane §6–7)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from portal import codebook
from portal.access import MemberRequest, for_members
from portal.forms.error_codes import ErrorCodeForm

PAGE_SIZE = 100


@for_members
def index(request: MemberRequest) -> HttpResponse:
    form = ErrorCodeForm(request.GET)
    if form.is_valid():
        entries = codebook.find(form.cleaned_data["q"], form.cleaned_data["kind"])
    else:
        entries = []
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(
        request, "portal/error_codes/list.html", {"form": form, "page": page}, status=status
    )
