"""What every operation of the management API asks first, and how it answers errors."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from api.iam.authentication import caller_of
from api.iam.errors import GatewayError
from api.iam.failures import gateway_response, no_such_method, note_crash, objection
from api.iam.rest import ServerView
from api.management.errors import (
    FAILED,
    INTERNAL,
    INVALID,
    NO_AUTHORITY,
    NOT_ENABLED,
    ManagementError,
)
from common.errors import Refusal
from common.peers import address_of
from customers.models import Customer, Membership

READING = ("GET",)


class ManagementView(ServerView):
    """An operation under `/v2/{project_id}/msgsms`, called by a member of that project's account.

    Members of any role may read; owners and administrators may change things. The project has to
    be the caller's own: a stranger's and one that does not exist are answered alike.
    """

    member: Membership
    changed_by = "owners and administrators change"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.member = caller_of(request)
        if kwargs["project_id"].lower() != self.customer.project_id:
            raise ManagementError(NO_AUTHORITY, "project_id is not the project of this account")
        if not self.customer.is_enabled:
            raise ManagementError(NOT_ENABLED, "enable Message & SMS in the console first")
        if request.method not in READING and not self.may_change(request):
            raise ManagementError(
                NO_AUTHORITY, f"the role {self.member.role} may only read; {self.changed_by}"
            )

    def may_change(self, request: Request) -> bool:
        """Whether the member's role allows a request that is no reading one."""
        return self.member.can_manage

    @property
    def customer(self) -> Customer:
        return self.member.customer

    @property
    def acting(self) -> dict[str, Any]:
        """Who does it and from where, as every service wants to know."""
        return {"actor": self.member.user, "ip_address": address_of(self.request._request)}

    def read(self, serializer: type[Serializer[Any]], data: Any = None) -> dict[str, Any]:
        """The checked body, or the checked `data`; raises what is wrong with it."""
        wanted = serializer(data=self.request.data if data is None else data)
        wanted.is_valid(raise_exception=True)
        values: dict[str, Any] = wanted.validated_data
        return values

    def answer_to(self, error: Exception) -> Response:
        if isinstance(error, GatewayError):
            return gateway_response(self, error)
        if isinstance(error, MethodNotAllowed):
            return no_such_method(self)
        if isinstance(error, Refusal):
            error = ManagementError.of(error)
        elif sentence := objection(self, error):
            error = ManagementError(INVALID, sentence)
        elif isinstance(error, ObjectDoesNotExist):  # found, and deleted before it was locked
            error = ManagementError(FAILED, "the object was deleted in the meantime")
        if not isinstance(error, ManagementError):
            note_crash(self, error)
            error = ManagementError(INTERNAL, f"request_id={self.request_id}")
        return Response(error.document(), status=error.http_status)


class ListingView(ManagementView):
    """An operation that lists pages."""

    def page(
        self, found: QuerySet[Any], query: dict[str, Any], *, instant: str = "created_at"
    ) -> tuple[list[Any], int]:
        """The rows of the page, ordered by `instant`, and how many there are in all."""
        sign = "" if query["sort_dir"] == "asc" else "-"
        start = query["offset"]
        ordered = found.order_by(f"{sign}{instant}", f"{sign}id")
        return list(ordered[start : start + query["limit"]]), found.count()
