"""Request signatures: X-WSSE password digests and SDK-HMAC-SHA256, to verify and to sign.

Rules of data-plane.md §3.1, §3.2 and §4.4, management-api.md §5.1, rulings 3 and 5.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote

from yarl import URL

ALGORITHM = "SDK-HMAC-SHA256"
SDK_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Access=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([^,]+)"
)
_FORM = "application/x-www-form-urlencoded"
_USUAL_PORTS = ("443", "80")
_KEEP_BYTES = "surrogateescape"


def wsse_digests(nonce: str, created: str, secret: str) -> tuple[str, str, str]:
    """Return the password digest in its three forms: Base64 of raw, hex and HEX (ruling 3)."""
    digest = hashlib.sha256(_bytes(nonce + created + secret))
    lower_hex = digest.hexdigest()
    forms = (digest.digest(), lower_hex.encode(), lower_hex.upper().encode())
    raw, lower, upper = (b64encode(form).decode() for form in forms)
    return raw, lower, upper


def wsse_matches(digest: str, nonce: str, created: str, secret: str) -> bool:
    """Whether a PasswordDigest belongs to the secret, in any form, in constant time."""
    given = _bytes(digest)
    results = [
        hmac.compare_digest(given, form.encode()) for form in wsse_digests(nonce, created, secret)
    ]
    return any(results)


@dataclass(frozen=True, slots=True)
class Authorization:
    """The three values of an SDK-HMAC-SHA256 `Authorization` header."""

    access: str
    signed_headers: str
    """Header names joined with `;`, as the client wrote them."""
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    """Read an `Authorization` header; None when it is not of the form (→ E000043).

    Blanks around the values and double quotes about them are tolerated.
    """
    found = _AUTHORIZATION.fullmatch(header.strip())
    if found is None:
        return None
    values = [value.strip().strip('"').strip() for value in found.groups()]
    return Authorization(*values) if all(values) else None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An HTTP request as far as its signature sees it.

    `path` and `query` are the percent-encoded ones of the request line, `body` is the bytes on
    the wire. Header names may have any case.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


def canonical_request(request: SignedRequest, signed_headers: str, payload_hash: str) -> str:
    """Return the canonical request, six parts joined by newlines (data-plane.md §3.2, step 2).

    `signed_headers` is the string of the `Authorization` header. A signed header that the
    request lacks counts as empty.
    """
    headers = _lower_cased(request.headers)
    names = signed_headers.lower().split(";")
    return "\n".join(
        (
            request.method.upper(),
            _canonical_path(request.path),
            _canonical_query(request.query),
            "".join(f"{name}:{headers.get(name, '')}\n" for name in names),
            signed_headers,
            payload_hash,
        )
    )


def string_to_sign(sdk_date: str, canonical: str) -> str:
    """Return what is signed: algorithm, `X-Sdk-Date` and the hash of the canonical request."""
    return f"{ALGORITHM}\n{sdk_date}\n{_sha256(_bytes(canonical))}"


def sign(secret: str, text: str) -> str:
    """Return the signature of a string to sign, in lower-case hex."""
    return hmac.new(_bytes(secret), _bytes(text), hashlib.sha256).hexdigest()


def signature_matches(request: SignedRequest, authorization: Authorization, secret: str) -> bool:
    """Whether a request was signed with the secret; compared in constant time.

    `X-Sdk-Date` has to be among the signed headers; its age is the caller's to judge. Known
    deviations are tolerated: a Host whose port a proxy took away or added, a form body signed
    with `%20` but sent with `+`, and `UNSIGNED-PAYLOAD` on bodies that are not JSON.
    """
    headers = _lower_cased(request.headers)
    signed_names = authorization.signed_headers.lower().split(";")
    sdk_date = headers.get("x-sdk-date", "")
    if not sdk_date or "x-sdk-date" not in signed_names:
        return False
    given = _bytes(authorization.signature)
    for payload_hash in _payload_hashes(headers, signed_names, request.body):
        for host in _hosts(headers.get("host", "")):
            variant = replace(request, headers=headers | {"host": host})
            canonical = canonical_request(variant, authorization.signed_headers, payload_hash)
            expected = sign(secret, string_to_sign(sdk_date, canonical))
            if hmac.compare_digest(given, expected.encode()):
                return True
    return False


def authorization_headers(
    *,
    access: str,
    secret: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
) -> dict[str, str]:
    """Return the headers that sign a push of ours (data-plane.md §4.4).

    Send them together with `headers`, which are all signed, and exactly `body`. `at` is the
    aware instant of sending.
    """
    target = URL(url)
    sdk_date = at.astimezone(UTC).strftime(SDK_DATE_FORMAT)
    added = {"Host": target.host_port_subcomponent or "", "X-Sdk-Date": sdk_date}
    request = SignedRequest(
        method, target.raw_path, target.raw_query_string, {**headers, **added}, body
    )
    signed_headers = ";".join(sorted(name.lower() for name in request.headers))
    canonical = canonical_request(request, signed_headers, _sha256(body))
    signature = sign(secret, string_to_sign(sdk_date, canonical))
    added["Authorization"] = (
        f"{ALGORITHM} Access={access}, SignedHeaders={signed_headers}, Signature={signature}"
    )
    return added


def _payload_hashes(
    headers: Mapping[str, str], signed_names: list[str], body: bytes
) -> Iterator[str]:
    """Yield what the sixth part may be, the likeliest first."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_unsigned = (
        headers.get("x-sdk-content-sha256") == UNSIGNED_PAYLOAD
        and "x-sdk-content-sha256" in signed_names
    )
    if is_unsigned and not (body and media_type.endswith(("json", "bson"))):
        yield UNSIGNED_PAYLOAD
    yield _sha256(body)
    if media_type == _FORM and b"+" in body:
        yield _sha256(body.replace(b"+", b"%20"))


def _hosts(host: str) -> Iterator[str]:
    """Yield the Host as received, then without its port or with the usual ones."""
    yield host
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal():
        yield name
    else:
        yield from (f"{host}:{usual}" for usual in _USUAL_PORTS)


def _canonical_path(path: str) -> str:
    encoded = quote(unquote(path, errors=_KEEP_BYTES), safe="/", errors=_KEEP_BYTES)
    return encoded if encoded.endswith("/") else encoded + "/"


def _canonical_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors=_KEEP_BYTES)
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(text, safe="", errors=_KEEP_BYTES)


def _lower_cased(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): _as_sent(value).strip() for name, value in headers.items()}


def _as_sent(value: str) -> str:
    # Header text is UTF-8 on the wire, but servers hand it over decoded as Latin-1.
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
