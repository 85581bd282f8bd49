"""Identity for the management API: tokens, and the project an SDK looks up by its region."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import Token
from api.openapi.operations import SIGNED, answered
from common.clock import utc_stamp
from customers.models import Customer, Membership

from . import tokens
from .authentication import MemberAuthentication, caller_of
from .credentials import SignInError, membership_named, signed_in
from .errors import GatewayError, NoSuchApiError
from .failures import gateway_response, no_such_method, note_crash, objection
from .rest import ServerView
from .serializers import TokenRequestSerializer

_TAG = "Identity"
_NOT_OURS = answered("IdentityError", "The request, or what it says, is wrong.")
USUAL_REGION = "cn-north-4"
LONGEST_REGION = 64


class IdentityView(ServerView):
    """Errors are those of the identity service: `{"error": {code, title, message}}`."""

    authentication_classes: Sequence[type[BaseAuthentication]] = ()

    def answer_to(self, error: Exception) -> Response:
        if isinstance(error, GatewayError):
            return gateway_response(self, error)
        if isinstance(error, MethodNotAllowed):
            return no_such_method(self)
        if isinstance(error, SignInError):
            return _identity_error(HTTPStatus.UNAUTHORIZED, str(error))
        if sentence := objection(self, error):
            return _identity_error(HTTPStatus.BAD_REQUEST, sentence)
        return _identity_error(note_crash(self, error), "Something went wrong on our side.")


class TokensView(IdentityView):
    """`POST /v3/auth/tokens`: a token for a name and a password."""

    @extend_schema(
        operation_id="CreateToken",
        summary="Get a token for a name and a password",
        description="The token is in the header `X-Subject-Token` of the answer.",
        tags=[_TAG],
        auth=(),
        request=TokenRequestSerializer,
        responses={201: answered("IssuedToken", "Issued."), 400: _NOT_OURS, 401: _NOT_OURS},
    )
    def post(self, request: Request) -> Response:
        wanted = TokenRequestSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        auth = wanted.validated_data["auth"]
        person = auth["identity"]["password"]["user"]
        scope = auth.get("scope", {})
        domain = scope.get("domain") or person.get("domain") or {}
        project = scope.get("project")
        user = signed_in(request._request, name=person["name"], password=person["password"])
        member = membership_named(
            user,
            account=domain.get("name") or domain.get("id", ""),
            project_id=project.get("id", "") if project else "",
        )
        text, token = tokens.issue(member, is_project_scoped=project is not None)
        region = project.get("name") if project else ""
        return Response(
            {"token": _token_document(member, token, region or USUAL_REGION)},
            status=HTTPStatus.CREATED,
            headers={"X-Subject-Token": text},
        )


class ProjectsView(IdentityView):
    """`GET /v3/projects?name=`: the one project of the account, under the name asked for."""

    authentication_classes = (MemberAuthentication,)

    @extend_schema(
        operation_id="ListProjects",
        summary="Find the project of the account",
        tags=[_TAG],
        auth=SIGNED,
        parameters=[OpenApiParameter("name", str, description="Any region; it is answered back.")],
        responses={
            200: answered("Projects", "The one project."),
            401: answered("GatewayError", "Neither signed nor with a token that counts."),
        },
    )
    def get(self, request: Request) -> Response:
        name = request.query_params.get("name", "") or USUAL_REGION
        member = caller_of(request)
        address = request._request.build_absolute_uri(request._request.path)
        project = {
            **_project(member.customer, name[:LONGEST_REGION]),
            "domain_id": member.customer.public_id.hex,
            "parent_id": member.customer.public_id.hex,
            "description": "",
            "enabled": True,
            "is_domain": False,
            "links": {"self": f"{address}/{member.customer.project_id}"},
        }
        return Response(
            {"projects": [project], "links": {"self": address, "next": None, "previous": None}}
        )


class UnknownView(IdentityView):
    """Every other address: the API has none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NoSuchApiError(f"{request.method} {request.path}")


def _token_document(member: Membership, token: Token, region: str) -> dict[str, Any]:
    domain = {"id": member.customer.public_id.hex, "name": member.customer.name}
    place: dict[str, Any] = {"domain": domain}
    if token.is_project_scoped:
        place = {"project": {**_project(member.customer, region), "domain": domain}}
    return {
        "methods": ["password"],
        "issued_at": utc_stamp(token.issued_at),
        "expires_at": utc_stamp(token.expires_at),
        "user": {"id": str(member.user_id), "name": member.user.email, "domain": domain},
        "roles": [{"id": member.role, "name": member.role}],
        "catalog": [],
        **place,
    }


def _project(customer: Customer, region: str) -> dict[str, Any]:
    return {"id": customer.project_id, "name": region}


def _identity_error(status: HTTPStatus, message: str) -> Response:
    body = {"error": {"code": int(status), "title": status.phrase, "message": message}}
    return Response(body, status=status)
