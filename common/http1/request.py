"""The bytes of a POST: a layout for each URL and set of header names, filled for each request."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from yarl import URL

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_OURS = {"content-length", "transfer-encoding", "connection", "expect"}
_DEFAULTS = {"User-Agent": "SMS-Console", "Accept-Encoding": "identity", "Accept": "*/*"}


class InvalidUrlError(ValueError):
    """Nothing can be sent to this URL."""


class Place(NamedTuple):
    """Where requests go; connections are kept for each."""

    is_tls: bool
    host: str
    """In ASCII (IDNA); an IPv6 address without brackets."""
    port: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A head with gaps for the values of the caller's headers and the length of the body."""

    place: Place
    template: str
    lines: int

    def filled(self, values: Iterable[str], body: bytes) -> bytes:
        """Return the request; raises ValueError for a value that would end its line."""
        head = self.template % (*values, len(body))
        if head.count("\n") != self.lines or head.count("\r") != self.lines or "\0" in head:
            raise ValueError("a header has a line break or a null byte in its value")
        return head.encode() + body


@lru_cache(maxsize=1024)
def layout(url: str, names: tuple[str, ...], content_type: str | None) -> Layout:
    """Lay out requests to `url` with headers of these names, which win over our own.

    `content_type` is the one of a body whose type the caller does not name.

    Raises InvalidUrlError for the URL, and ValueError for a header that is not the caller's to
    set or cannot be one.
    """
    target = parse_url(url)
    if target is None or not target.host or target.scheme not in ("http", "https"):
        raise InvalidUrlError("this is no complete http or https URL")
    if target.user is not None or target.password is not None:
        raise InvalidUrlError("the URL carries a user name or password")
    given = {name.lower() for name in names}
    if given & _OURS or not all(map(_TOKEN.fullmatch, names)):
        raise ValueError(f"these header names cannot be sent: {', '.join(names)}")
    defaults = {"Host": target.host_port_subcomponent, **_DEFAULTS}
    if content_type is not None:
        defaults["Content-Type"] = content_type
    lines = [
        _literal(f"POST {target.raw_path_qs} HTTP/1.1"),
        *(
            _literal(f"{name}: {value}")
            for name, value in defaults.items()
            if name.lower() not in given
        ),
        *(_literal(name) + ": %s" for name in names),
        "Content-Length: %d",
    ]
    place = Place(target.scheme == "https", target.raw_host or "", target.port or 0)
    return Layout(place, "\r\n".join([*lines, "", ""]), len(lines) + 1)


def parse_url(url: str) -> URL | None:
    """The parts of a URL, or None when it cannot be one."""
    if _NOT_IN_URLS.search(url):
        return None
    try:
        parsed = URL(url)
        (parsed.raw_host or "").encode("idna")  # as name resolution will do
        parsed.port  # noqa: B018 - raises when it is out of range
    except ValueError:
        return None
    return parsed


def _literal(text: str) -> str:
    return text.replace("%", "%%")
