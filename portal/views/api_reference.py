"""The API reference: the OpenAPI document as people read it, and try its calls."""

from django.http import HttpResponse
from django.shortcuts import render

from customers.models import Application
from portal.access import MemberRequest, for_members


@for_members
def page(request: MemberRequest) -> HttpResponse:
    """The examples are about the account's own project and its first application."""
    own = Application.objects.for_customer(request.customer).order_by("id")
    application = own.values_list("public_id", flat=True).first()
    return render(request, "portal/api_reference/page.html", {"application": application})
