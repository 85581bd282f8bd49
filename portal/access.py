"""Who may open a page of the portal: members of a customer account, by their role."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from customers.models import Customer, Membership, User

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of a member: the decorators below have made sure there is a customer."""

    user: User  # type: ignore[assignment]
    customer: Customer
    membership: Membership
    memberships: list[Membership]
    htmx: HtmxDetails


View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def for_members(view: View[P]) -> View[P]:
    """Let any member in: owners, administrators, operators and viewers."""
    return _guarded(view, lambda membership: True)


def for_senders(view: View[P]) -> View[P]:
    """Let in members who may submit group tasks."""
    return _guarded(view, lambda membership: membership.can_send)


def for_managers(view: View[P]) -> View[P]:
    """Let in members who may change applications, signatures and templates."""
    return _guarded(view, lambda membership: membership.can_manage)


def _guarded(view: View[P], is_allowed: Callable[[Membership], bool]) -> View[P]:
    """Send the operations team to its own console; refuse strangers and lesser roles with 403."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.membership is None:
            return _without_customer(request)
        if not is_allowed(request.membership):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _without_customer(request: Any) -> HttpResponse:
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "portal/no_customer.html", status=403)


def address_of(request: HttpRequest) -> str | None:
    """The address a request came from, for the audit trail."""
    return request.META.get("REMOTE_ADDR") or None
