"""The API reference: the OpenAPI document as people read it, and try its calls."""

from django.http import HttpResponse
from django.shortcuts import render

from portal.access import MemberRequest, for_members


@for_members
def page(request: MemberRequest) -> HttpResponse:
    return render(request, "portal/api_reference/page.html")
