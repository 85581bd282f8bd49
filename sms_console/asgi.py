"""ASGI entry point of the web process: the send API by itself, everything else through WSGI."""

import re
from collections.abc import Iterable, MutableMapping
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIEnvironment

from a2wsgi import WSGIMiddleware
from django.conf import settings

from sms_console.wsgi import application as pages

# isort: split
from api.asgi import ClientGone, DataPlane, Receive, Scope, Send  # Django is loaded by now

BODILESS = ("GET", "HEAD")
_UNESCAPED = re.compile(rb"[^\x21-\x7e]")


def _with_ending_input(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Say what is true of the bridge's input: reading it stops where the body ends."""
    environ["wsgi.input_terminated"] = environ["REQUEST_METHOD"] not in BODILESS
    return pages(environ, start_response)


# Any: the library has types of its own for what the standard library has, too.
bridge: Any = WSGIMiddleware(cast(Any, _with_ending_input), workers=settings.WEB_THREADS)
data_plane = DataPlane(bridge.executor)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request."""
    if data_plane.has(scope):
        await data_plane(scope, receive, send)
    else:
        await bridge(_plain(scope), _unbroken(receive), send)


def _plain(scope: Scope) -> Scope:
    """A request as the bridge understands it.

    Headers whose names have underscores are left out, as WSGI would take them for others; bytes of
    the query that should have been escaped are.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    query = _UNESCAPED.sub(lambda byte: b"%%%02X" % byte[0][0], scope["query_string"])
    return {**scope, "headers": headers, "query_string": query}


def _unbroken(receive: Receive) -> Receive:
    """Reading the body fails when the client leaves in the middle of it; else it would just end."""

    async def unbroken() -> MutableMapping[str, Any]:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message

    return unbroken
