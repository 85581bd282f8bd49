"""Which customer account a request is for."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from customers.models import Membership

SESSION_KEY = "customer"
"""Session entry that holds the id of the customer account a member of several chose last."""


class CurrentCustomerMiddleware:
    """Sets `request.customer`, `request.membership` and `request.memberships`.

    The customer is the one chosen in the session, or the first one the user joined. Anonymous
    visitors and people who are members of no customer have None. Requests without a session
    cookie, as servers send them to the APIs, cost no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _set(request, [])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: Any) -> None:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            memberships = Membership.objects.filter(user=request.user)
            _set(request, list(memberships.select_related("customer__profile").order_by("id")))


def _set(request: Any, memberships: list[Membership]) -> None:
    chosen_id = request.session.get(SESSION_KEY) if memberships else None
    membership = next(
        (one for one in memberships if one.customer_id == chosen_id),
        memberships[0] if memberships else None,
    )
    request.memberships = memberships
    request.membership = membership
    request.customer = membership.customer if membership else None
