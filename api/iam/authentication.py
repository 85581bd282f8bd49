"""Who calls the management API: an access key's signature or a token, as members of an account."""

from typing import Any, cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from customers.models import Membership, User

from .errors import GatewayError
from .signatures import signing_member
from .tokens import bearing_member


class MemberAuthentication(BaseAuthentication):
    """Gives a request its member: `request.user`, and the membership as `request.auth`.

    `X-Auth-Token` counts when there is no `Authorization`. Raises `GatewayError` for all others.
    """

    def authenticate(self, request: Request) -> tuple[User, Membership]:
        plain = request._request
        if plain.headers.get("Authorization", "").strip():
            member = signing_member(plain)
        elif token := plain.headers.get("X-Auth-Token", "").strip():
            member = bearing_member(token)
        else:
            raise GatewayError("x-auth-token not found")
        return member.user, member


def caller_of(request: Request) -> Membership:
    """The member on whose behalf an authenticated request comes."""
    member: Any = request.auth
    return cast("Membership", member)
