"""A browser that visits pages of the test's own transaction: no server, no port, no clean-up.

Every request of the browser is answered here: pages by Django's test client, signed in as
somebody, assets from the folders of static files. A request to anywhere else is refused and kept.
"""

import gzip
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Request, Route

HOST = "http://localhost"


@dataclass
class Visit:
    """What one page brought into the browser."""

    path: str
    loaded: dict[str, int] = field(default_factory=dict)
    """Bytes on the wire by address: pages as they are, assets as the web server compresses them."""
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """What the browser complained about: script errors, refusals of the security policy."""

    def size(self, *, without: tuple[str, ...]) -> int:
        """Bytes of everything, but for addresses with one of those in them."""
        return sum(
            size for path, size in self.loaded.items() if not any(part in path for part in without)
        )


class Visitor:
    """Someone at a browser, who sees what `client` is answered."""

    def __init__(self, page: Page, client: Client) -> None:
        self.page = page
        self.client = client
        page.route("**/*", self._answer)
        page.on("pageerror", lambda error: self._visit.errors.append(str(error)))
        page.on("console", self._listen)

    def visit(self, path: str) -> Visit | None:
        """Open a page and everything it loads; nothing for what is none to this person: files,
        parts of pages, redirects, refusals."""
        self._response = self.client.get(path)
        if not _is_page(self._response):
            return None
        self._visit = Visit(path)
        # Playwright answers in a greenlet, where Django would open a connection of its own.
        self._context = copy_context()
        self.page.goto(HOST + path, wait_until="load")
        return self._visit

    def _listen(self, message: ConsoleMessage) -> None:
        # That a page itself is an error page is no complaint.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._visit.errors.append(message.text)

    def _call(self, request: Request) -> HttpResponse:
        """What a script of the page asks for, with what it says in headers of its own."""
        own = {name: text for name, text in request.headers.items() if name.startswith("x-")}
        return self.client.generic(
            request.method,
            request.url.removeprefix(HOST),
            request.post_data_buffer or b"",
            request.headers.get("content-type", ""),
            headers=own,
        )

    def _answer(self, route: Route, request: Request) -> None:
        address = urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" != HOST:
            self._visit.outside.append(request.url)
            route.abort()
        elif address.path.startswith("/static/"):
            body, compressed, kind = _asset(unquote(address.path.removeprefix("/static/")))
            self._visit.loaded[address.path] = compressed
            route.fulfill(body=body, content_type=kind)
        else:
            if request.is_navigation_request() and request.frame == self.page.main_frame:
                response = self._response
            else:
                response = self._context.run(self._call, request)
            assert response.status_code < 500, request.url
            body = b"".join(response.streaming_content) if response.streaming else response.content
            self._visit.loaded[address.path] = len(body)
            route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)


def _is_page(response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and response.status_code in (200, 404) and b"<html" in response.content


@cache
def _asset(name: str) -> tuple[bytes, int, str]:
    """The bytes of a static file, how many are sent of it, and its type."""
    found = finders.find(name)
    assert found, f"There is no static file {name}."
    body = Path(found).read_bytes()
    return body, len(gzip.compress(body)), guess_type(name)[0] or "application/octet-stream"
