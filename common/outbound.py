"""Requests to addresses that customers chose: guarded, short, and never an exception."""

import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import aiohttp
from aiohttp.connector import AddrInfoType
from django.utils.translation import gettext_lazy as _
from yarl import URL

from common.addresses import AddressPolicy
from common.errors import Refusal

MAX_URL_LENGTH = 255
CONNECT_TIMEOUT_S = 2.0
TOTAL_TIMEOUT_S = 5.0
MAX_BODY_READ = 64 * 1024
MAX_BODY_KEPT = 1024

# Shorter than the idle time after which any usual server closes: a POST on a connection that
# was closed meanwhile, unnoticed because the loop stood still, fails and is not repeated here.
_KEEP_ALIVE_S = 1.0
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")


class Fault(StrEnum):
    """Why a request got no complete answer."""

    TIMEOUT = "timeout"
    REFUSED = "refused"
    DNS = "dns"
    TLS = "tls"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    CLOSED = "closed"
    MALFORMED = "malformed"
    INVALID_URL = "invalid_url"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    status: int | None
    """HTTP status, or None when none came. It stays when only the body went wrong."""
    elapsed_ms: int
    body_start: bytes
    """At most the first kibibyte of the body, as it was sent."""
    error: Fault | None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the receiver took it: any 2xx, whatever the body (ruling 10)."""
        return self.status is not None and 200 <= self.status < 300


def check_url(url: str, *, field: str | None = None) -> None:
    """Raise Refusal unless `url` is one we could ever call (ruling 34); resolves nothing."""
    if len(url) > MAX_URL_LENGTH:
        raise Refusal(
            "url_too_long",
            _("The address has %(length)d characters; use one of at most %(limit)d."),
            field=field,
            params={"length": len(url), "limit": MAX_URL_LENGTH},
        )
    parsed = _parsed(url)
    if parsed is None or not parsed.host:
        raise Refusal(
            "url_malformed",
            _("This is not a complete address; write it like https://sms.example.com/report."),
            field=field,
        )
    if parsed.scheme not in ("http", "https"):
        raise Refusal(
            "url_scheme",
            _("The address begins with “%(scheme)s:”; use http:// or https://."),
            field=field,
            params={"scheme": parsed.scheme},
        )
    if parsed.user is not None or parsed.password is not None:
        raise Refusal(
            "url_credentials",
            _("The address carries a user name or password; remove the part before the @."),
            field=field,
        )


class Outbound:
    """One kept HTTP session for the addresses of customers.

    Every address is checked where its socket is made, after name resolution, so neither an IP
    literal nor a name that changes its address gets past. Redirects, proxies of the
    environment, cookies and compressed answers are not followed, used, kept or unpacked.
    The number of requests at a time is the caller's to bound. Belongs to one event loop.
    """

    def __init__(
        self,
        *,
        allowed_networks: Iterable[str] = (),
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        """Take the networks, in CIDR form, that are allowed although they are not public."""
        self._policy = AddressPolicy(allowed_networks)
        self._timeout = aiohttp.ClientTimeout(total=total_timeout_s, sock_connect=connect_timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Return itself; the session begins with the first request."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the session."""
        await self.close()

    async def close(self) -> None:
        """Close all kept connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(
        self,
        url: str,
        *,
        data: bytes | Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one POST, once, and tell what came of it; raises nothing for network faults.

        `data` is a body as it is, or the fields of a form; `json` is a value to send as JSON.
        """
        started = time.perf_counter()
        status: int | None = None
        body, error = b"", None
        try:
            async with self._open_session().post(
                url, data=data, json=json, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
                body, error = await _read_start(response)
        except (aiohttp.ClientError, OSError, UnicodeError) as exc:
            error = _fault_of(exc)
        return Answer(status, round((time.perf_counter() - started) * 1000), body, error)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=_KEEP_ALIVE_S, socket_factory=self._guarded_socket
                ),
                timeout=self._timeout,
                headers={"User-Agent": "SMS-Console", "Accept-Encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                read_bufsize=MAX_BODY_READ // 2,
            )
        return self._session

    def _guarded_socket(self, info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _name, address = info
        if not self._policy.allows(str(address[0])):
            raise _BlockedError
        return socket.socket(family, kind, protocol)


class _BlockedError(OSError):
    """The address is not one that customers' URLs may lead to."""


def _parsed(url: str) -> URL | None:
    if _NOT_IN_URLS.search(url):
        return None
    try:
        parsed = URL(url)
        (parsed.raw_host or "").encode("idna")  # as name resolution will do
        parsed.port  # noqa: B018 - raises when it is out of range
    except ValueError:
        return None
    return parsed


async def _read_start(response: aiohttp.ClientResponse) -> tuple[bytes, Fault | None]:
    """Return the start of the body, and what prevented reading all of it."""
    start, size = b"", 0
    try:
        async for chunk in response.content.iter_any():
            start = (start + chunk)[:MAX_BODY_KEPT] if len(start) < MAX_BODY_KEPT else start
            size += len(chunk)
            if size > MAX_BODY_READ:
                response.close()
                return start, Fault.TOO_LARGE
    except (aiohttp.ClientError, OSError) as exc:
        return start, _fault_of(exc)
    return start, None


# The first row that fits decides.
_FAULTS: tuple[tuple[tuple[type[Exception], ...], Fault], ...] = (
    ((TimeoutError,), Fault.TIMEOUT),
    ((_BlockedError,), Fault.BLOCKED),
    ((aiohttp.ClientConnectorDNSError,), Fault.DNS),
    ((ssl.SSLError, ssl.CertificateError, aiohttp.ClientSSLError), Fault.TLS),
    ((aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, UnicodeError), Fault.INVALID_URL),
    ((aiohttp.ClientResponseError,), Fault.MALFORMED),
    ((ConnectionResetError, BrokenPipeError), Fault.CLOSED),
    ((aiohttp.ClientConnectorError,), Fault.REFUSED),
)


def _fault_of(exc: Exception) -> Fault:
    cause = getattr(exc, "os_error", None)  # what a ClientConnectorError wraps
    for kinds, fault in _FAULTS:
        if isinstance(exc, kinds) or isinstance(cause, kinds):
            return fault
    return Fault.CLOSED
