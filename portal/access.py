"""Who may open a page of the portal: members of a customer account, by their role."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.internal.flows import reauthentication
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
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


def for_owners(view: View) -> View:
    """Let in the owners of the customer account (ruling 39)."""
    return _guarded(view, lambda membership: membership.is_owner)


def unconfirmed(request: MemberRequest, back: str) -> HttpResponse | None:
    """Ask for the password, or the second factor, again before a secret is shown or replaced.

    None when that was done within 10 minutes (setting `ACCOUNT_REAUTHENTICATION_TIMEOUT`); else
    the answer that leads to the question and from there to the address `back`.
    """
    if reauthentication.did_recently_reauthenticate(request):
        return None
    where = f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    messages.info(request, _("Confirm that it is you; then go on where you were."))
    if request.htmx:
        return HttpResponseClientRedirect(where)
    return redirect(where)


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
