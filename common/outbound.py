"""Requests to addresses that customers chose: guarded, short, and never an exception."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Self
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from common.addresses import AddressPolicy
from common.errors import Refusal
from common.http1.connection import MAX_BODY_KEPT
from common.http1.faults import Fault, fault_of
from common.http1.pool import Pool
from common.http1.request import InvalidUrlError, layout, parse_url

__all__ = [
    "CONNECT_TIMEOUT_S",
    "MAX_BODY_KEPT",
    "MAX_URL_LENGTH",
    "TOTAL_TIMEOUT_S",
    "Answer",
    "Fault",
    "Outbound",
    "check_url",
]

MAX_URL_LENGTH = 255
CONNECT_TIMEOUT_S = 2.0
TOTAL_TIMEOUT_S = 5.0


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
    parsed = parse_url(url)
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
    """Posts to the addresses of customers over connections that are kept for a moment.

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
        self._connect_timeout_s = connect_timeout_s
        self._total_timeout_s = total_timeout_s
        self._pool: Pool | None = None

    async def __aenter__(self) -> Self:
        """Return itself; connections are made by requests."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close all connections; a later request begins anew."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.close()

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
        Raises ValueError for a header that would become several, and for one that says how the
        body is sent, as that is decided here. A URL that check_url refuses gets INVALID_URL.
        """
        started = time.perf_counter()
        content_type, body = _encoded(data, json)
        headers = headers or {}
        try:
            written = layout(url, tuple(headers), content_type)
            request = written.filled(headers.values(), body)
        except (InvalidUrlError, UnicodeError):
            return Answer(None, _ms_since(started), b"", Fault.INVALID_URL)
        pool = self._pool = self._pool or self._new_pool()
        deadline = asyncio.get_running_loop().time() + self._total_timeout_s
        connection = pool.take(written.place)
        if connection is None:
            try:
                connection = await pool.connect(written.place, deadline=deadline)
            except OSError as exc:
                fault = fault_of(exc, otherwise=Fault.REFUSED)
                return Answer(None, _ms_since(started), b"", fault)
        error = await connection.exchange(request, deadline=deadline)
        answer = Answer(connection.status, _ms_since(started), connection.body_start, error)
        pool.give_back(written.place, connection)
        return answer

    def _new_pool(self) -> Pool:
        return Pool(self._policy, connect_timeout_s=self._connect_timeout_s)


def _encoded(data: bytes | Mapping[str, str] | None, json: Any) -> tuple[str | None, bytes]:
    """The type that a body has when the caller names none, and the body."""
    if json is not None:
        return "application/json", dumps(json).encode()
    if data is None:
        return None, b""
    if isinstance(data, bytes):
        return "application/octet-stream", data
    return "application/x-www-form-urlencoded", urlencode(data).encode()


def _ms_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
