"""Who calls: X-WSSE or SDK-HMAC-SHA256, in the order of checks of spec data-plane §3.3."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from common import signing
from common.clock import now
from common.peers import client_address

from . import credentials
from .answers import ApiRefusal
from .credentials import Credentials
from .replays import refuse_replay

SDK_WINDOW_S = 15 * 60

_ATTRIBUTE = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_WSSE_TIME_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SDK_TIME_FORM = re.compile(r"[0-9]{8}T[0-9]{6}Z")


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """The four values of an `X-WSSE` header."""

    username: str
    digest: str
    nonce: str
    created: str


def authenticate(request: HttpRequest) -> Credentials:
    """Return the calling application; raise `ApiRefusal` with the documented code otherwise."""
    authorization = request.META.get("HTTP_AUTHORIZATION", "").strip()
    if not authorization:
        raise ApiRefusal("E000001")
    if authorization.startswith(signing.ALGORITHM):
        return _permitted(request, _by_signature(request, authorization))
    if re.match(r"WSSE\b", authorization, re.IGNORECASE):
        return _by_wsse(request, authorization)
    raise ApiRefusal("E000008")


def _by_wsse(request: HttpRequest, authorization: str) -> Credentials:
    _check_authorization(_attributes(authorization))
    token = _username_token(request.META.get("HTTP_X_WSSE", "").strip())
    created = _instant(token.created, _WSSE_TIME_FORM, "E000025")
    found = _usable(token.username)
    if abs((now() - created).total_seconds()) > settings.SMS_WSSE_WINDOW_S:
        raise ApiRefusal("E000110")
    matches = [
        signing.wsse_matches(token.digest, token.nonce, token.created, secret)
        for secret in found.secrets(now())
    ]
    if not any(matches):
        raise ApiRefusal("E000105")
    _permitted(request, found)
    if found.refuses_replays:
        refuse_replay(found, token.nonce, created)
    return found


def _username_token(header: str) -> UsernameToken:
    if not header:
        raise ApiRefusal("E000020")
    if not re.match(r"UsernameToken\b", header, re.IGNORECASE):
        raise ApiRefusal("E000026")
    attributes = _attributes(header)
    for name, missing in (
        ("username", "E000021"),
        ("nonce", "E000022"),
        ("created", "E000023"),
        ("passworddigest", "E000024"),
    ):
        if not attributes.get(name):
            raise ApiRefusal(missing)
    return UsernameToken(
        attributes["username"],
        attributes["passworddigest"],
        attributes["nonce"],
        attributes["created"],
    )


def _check_authorization(attributes: dict[str, str]) -> None:
    for name, missing, expected, wrong in (
        ("realm", "E000002", "SDP", "E000004"),
        ("profile", "E000003", "UsernameToken", "E000005"),
        ("type", "E000007", "Appkey", "E000006"),
    ):
        if name not in attributes:
            raise ApiRefusal(missing)
        if attributes[name].lower() != expected.lower():
            raise ApiRefusal(wrong)


def _by_signature(request: HttpRequest, header: str) -> Credentials:
    sdk_date = request.META.get("HTTP_X_SDK_DATE", "").strip()
    if not sdk_date:
        raise ApiRefusal("E000041")
    signed_at = _instant(sdk_date, _SDK_TIME_FORM, "E000042")
    authorization = signing.parse_authorization(header)
    if authorization is None:
        raise ApiRefusal("E000043")
    if abs((now() - signed_at).total_seconds()) > SDK_WINDOW_S:
        raise ApiRefusal("E000044")
    found = _usable(authorization.access)
    signed = signing.SignedRequest(
        method=request.method or "",
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        headers=request.headers,
        body=request.body,
    )
    matches = (
        signing.signature_matches(signed, authorization, secret) for secret in found.secrets(now())
    )
    if not any(matches):
        raise ApiRefusal("E000045")
    return found


def _usable(app_key: str) -> Credentials:
    found = credentials.find(app_key)
    if found is None:
        raise ApiRefusal("E000102")
    if found.obstacle:
        raise ApiRefusal(found.obstacle)
    return found


def _permitted(request: HttpRequest, caller: Credentials) -> Credentials:
    """Return a caller that proved who it is, if it may call from where it does."""
    if not caller.may_send:
        raise ApiRefusal("E000106")
    if not caller.allowlist.allows(client_address(request)):
        raise ApiRefusal("E000620")
    return caller


def _attributes(header: str) -> dict[str, str]:
    """Names and quoted values, in any order, separated by anything (ruling 5)."""
    return {name.lower(): value for name, value in _ATTRIBUTE.findall(header)}


def _instant(text: str, form: re.Pattern[str], code: str) -> datetime:
    """The UTC instant of a stamp; raises `ApiRefusal` with `code` when it has another form."""
    try:
        if form.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:  # the thirteenth month
        pass
    raise ApiRefusal(code)
