"""Tokens for `X-Auth-Token` (spec management-api §5.2)."""

import hashlib
import secrets
from datetime import timedelta
from hmac import compare_digest

from api.models import Token
from common.clock import now
from customers.models import Membership

from .errors import GatewayError

LIFETIME = timedelta(hours=24)
LONGEST = 32_768


def issue(
    member: Membership, *, is_project_scoped: bool, lifetime: timedelta = LIFETIME
) -> tuple[str, Token]:
    """Return a new token and its row. Only a project-scoped one opens the management API."""
    text = secrets.token_urlsafe(48)
    moment = now()
    token = Token.objects.create(
        customer=member.customer,
        user=member.user,
        digest=_digest(text),
        password_mark=member.user.get_session_auth_hash(),
        is_project_scoped=is_project_scoped,
        issued_at=moment,
        expires_at=moment + lifetime,
    )
    return text, token


def bearing_member(text: str) -> Membership:
    """Return the member to whom a token was issued; raises `GatewayError` for any other text.

    A token ends after its time, with the password it was issued for, and with the membership.
    """
    token = (
        Token.objects.filter(digest=_digest(text)).select_related("user").first()
        if len(text) <= LONGEST
        else None
    )
    if token is None:
        raise GatewayError("decrypt token fail")
    if token.expires_at <= now():
        raise GatewayError(f"token expires, expires_at: {token.expires_at:%Y-%m-%dT%H:%M:%SZ}")
    if not token.is_project_scoped:
        raise GatewayError("the token has the scope of an account, use one of a project")
    member = (
        Membership.objects.filter(customer=token.customer_id, user=token.user_id)
        .filter(user__is_active=True)
        .select_related("user", "customer")
        .first()
    )
    mark = token.user.get_session_auth_hash()
    if member is None or not compare_digest(token.password_mark, mark):
        raise GatewayError("decrypt token fail")
    return member


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
