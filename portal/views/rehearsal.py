"""Would it pass? What each rule says of a message, without sending it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from portal.access import MemberRequest, for_senders
from portal.forms.rehearsal import RehearsalForm


@for_senders
def page(request: MemberRequest) -> HttpResponse:
    form = RehearsalForm(request.POST or None, customer=request.customer)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        checks = form.rehearsal.checks()
        context |= {"checks": checks, "stopped": sum(not check.is_passed for check in checks)}
    status = 422 if form.errors else 200
    return render(request, "portal/rehearsal/page.html", context, status=status)
