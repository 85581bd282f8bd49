"""Who may open a page of the portal: members of a customer account, by their role."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from customers.models import Customer, Membership, User


class MemberRequest(HttpRequest):
    """A request of a member: the decorators below have made sure there is a customer."""

    user: User
    customer: Customer
    membership: Membership
    memberships: list[Membership]
    htmx: HtmxDetails


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def for_members(view: View) -> View:
    """Let any member in: owners, administrators, operators and viewers."""
    return _guarded(view, lambda membership: True)


def for_senders(view: View) -> View:
    """Let in members who may submit group tasks."""
    return _guarded(view, lambda membership: membership.can_send)


def for_managers(view: View) -> View:
    """Let in members who may change applications, signatures and templates."""
    return _guarded(view, lambda membership: membership.can_manage)


def _guarded(view: View, is_allowed: Callable[[Membership], bool]) -> View:
    """Send the operations team to its own console; refuse strangers and lesser roles with 403."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.membership is None:
            return _without_customer(request)
        if not is_allowed(request.membership):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View", guarded)


def _without_customer(request: Any) -> HttpResponse:
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "portal/no_customer.html", status=403)


def address_of(request: HttpRequest) -> str | None:
    """The address a request came from, for the audit trail."""
    return request.META.get("REMOTE_ADDR") or None
