"""Requests signed with an access key, `SDK-HMAC-SHA256` (spec management-api §5.1)."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

from common import signing
from common.clock import now
from common.peers import address_of
from customers.models import AccessKey, Membership
from customers.services.access_keys import note_use

from . import locks
from .errors import GatewayError

WINDOW = timedelta(minutes=15)


def signing_member(request: HttpRequest) -> Membership:
    """Return the member whose active access key signed the request.

    Raises `GatewayError` for a malformed header, a date more than 15 minutes off, a key that is
    unknown, switched off or locked, and a signature that does not match; the last one counts
    towards the lock.
    """
    authorization = signing.parse_authorization(request.headers.get("Authorization", ""))
    if authorization is None:
        raise GatewayError("the Authorization header is malformed")
    _check_date(request)
    if "host" not in authorization.signed_headers.lower().split(";"):
        raise GatewayError("the header host must be signed")
    member, key = _holder(authorization.access)
    if locks.is_locked(locks.key_principal(key)):
        raise GatewayError("AK access failed to reach the limit,forbidden")
    signed = _as_signed(request)
    if not signing.signature_matches(signed, authorization, key.secret_key):
        locks.note_wrong_signature(key, address_of(request))
        canonical = signing.canonical_request(
            signed, authorization.signed_headers, hashlib.sha256(signed.body).hexdigest()
        )
        shown = canonical.replace("\n", "|")
        raise GatewayError(f"verify aksk signature fail, canonicalRequest:{shown}")
    locks.forget_failures(locks.key_principal(key))
    note_use(key.access_key)
    return member


def _check_date(request: HttpRequest) -> None:
    text = request.headers.get("X-Sdk-Date", "").strip()
    try:
        signed_at = datetime.strptime(text, signing.SDK_DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise GatewayError("the header x-sdk-date is not like 20230314T082148Z") from None
    if abs(now() - signed_at) > WINDOW:
        raise GatewayError(f"the signature has expired, x-sdk-date: {text}")


def _holder(access_key: str) -> tuple[Membership, AccessKey]:
    if access_key.isascii() and access_key.isalnum():
        key = (
            AccessKey.objects.filter(access_key=access_key, is_active=True)
            .select_related("customer")
            .first()
        )
        member = (
            Membership.objects.for_customer(key.customer)
            .filter(user=key.user_id, user__is_active=True)
            .select_related("user", "customer")
            .first()
            if key
            else None
        )
        if key and member:
            return member, key
    raise GatewayError("Get secretKey failed")


def _as_signed(request: HttpRequest) -> signing.SignedRequest:
    return signing.SignedRequest(
        method=request.method or "",
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        headers=request.headers,
        body=request.body,
    )
