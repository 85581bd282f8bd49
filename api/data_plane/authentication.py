"""Who calls: X-WSSE or SDK-HMAC-SHA256, in the order of checks of spec data-plane §3.3."""

import re
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest

from common import signing
from common.clock import now

from . import credentials
from .answers import ApiRefusal
from .credentials import Credentials

SDK_WINDOW_S = 15 * 60

_ATTRIBUTE = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_WSSE_TIME = "%Y-%m-%dT%H:%M:%SZ"
_WSSE_TIME_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def authenticate(request: HttpRequest) -> Credentials:
    """Return the calling application; raise `ApiRefusal` with the documented code otherwise."""
    authorization = request.headers.get("Authorization", "").strip()
    if not authorization:
        raise ApiRefusal("E000001")
    if authorization.startswith(signing.ALGORITHM):
        return _by_signature(request, authorization)
    if re.match(r"WSSE\b", authorization, re.IGNORECASE):
        return _by_wsse(request, authorization)
    raise ApiRefusal("E000008")


def _by_wsse(request: HttpRequest, authorization: str) -> Credentials:
    _check_authorization(_attributes(authorization))
    header = request.headers.get("X-WSSE", "").strip()
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
    created = _instant(attributes["created"])
    found = _usable(attributes["username"])
    if abs((now() - created).total_seconds()) > settings.SMS_WSSE_WINDOW_S:
        raise ApiRefusal("E000110")
    if not signing.wsse_matches(
        attributes["passworddigest"], attributes["nonce"], attributes["created"], found.secret
    ):
        raise ApiRefusal("E000105")
    return found


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
    sdk_date = request.headers.get("X-Sdk-Date", "").strip()
    if not sdk_date:
        raise ApiRefusal("E000041")
    try:
        signed_at = datetime.strptime(sdk_date, signing.SDK_DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise ApiRefusal("E000042") from None
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
    if not signing.signature_matches(signed, authorization, found.secret):
        raise ApiRefusal("E000045")
    return found


def _usable(app_key: str) -> Credentials:
    found = credentials.find(app_key)
    if found is None:
        raise ApiRefusal("E000102")
    if found.obstacle:
        raise ApiRefusal(found.obstacle)
    return found


def _attributes(header: str) -> dict[str, str]:
    """Names and quoted values, in any order, separated by anything (ruling 5)."""
    return {name.lower(): value for name, value in _ATTRIBUTE.findall(header)}


def _instant(created: str) -> datetime:
    if not _WSSE_TIME_FORM.fullmatch(created):
        raise ApiRefusal("E000025")
    try:
        return datetime.strptime(created, _WSSE_TIME).replace(tzinfo=UTC)
    except ValueError:
        raise ApiRefusal("E000025") from None
