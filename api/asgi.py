"""The send API as an ASGI application: calls in rounds, the largest ones on a thread each.

Bodies are read on the event loop, so that a client that sends slowly keeps no thread.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from functools import partial
from io import BytesIO
from typing import Any, cast

from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpResponse

from . import short_way
from .bodies import BODY_LIMIT_BYTES, PIECE_BYTES, THROWN_AWAY_BYTES
from .clerks import Clerks
from .data_plane.answers import ApiRefusal

SMALL_BYTES, SMALL_CALLS = 4_096, 64
"""Calls with codes and the like: so many in a round, which has no others to wait for."""

MEDIUM_BYTES, MEDIUM_CALLS = 16_384, 16
"""Calls to hundreds of numbers. A larger body has more numbers, or more texts, than share a commit
(`messaging.services.joint`)."""

LARGE_AT_ONCE = 16
"""So many larger bodies are in memory at a time."""

BODY_S = 60.0
"""How long a body may take to come; of a larger one its first part, and then the rest."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ClientGone(OSError):
    """The client left before its request was complete."""


class DataPlane:
    """Serves the calls it `has`; `threads` carry out the large ones."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._for_small = Clerks(most_calls=SMALL_CALLS)
        self._for_medium = Clerks(most_calls=MEDIUM_CALLS)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    def has(self, scope: Scope) -> bool:
        """Whether a request is for an address of the send API."""
        return scope["type"] == "http" and short_way.leads_to(scope["path"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one whose body breaks off is refused."""
        try:
            response = await self._response(scope, receive)
        except (ClientGone, TimeoutError):
            response = ApiRefusal("E000027", "the body is incomplete").response()
        await _answer(response, send)

    async def _response(self, scope: Scope, receive: Receive) -> HttpResponse:
        async with asyncio.timeout(BODY_S):
            body, is_whole = await _read(receive, MEDIUM_BYTES)
        if is_whole and not _needs_own_transaction(scope):
            clerks = self._for_small if len(body) <= SMALL_BYTES else self._for_medium
            return cast(HttpResponse, await clerks.carry_out(partial(_respond, scope, body)))
        async with self._large:
            if not is_whole:
                async with asyncio.timeout(BODY_S):
                    body += await _rest(receive)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _respond_alone, scope, body)


def _needs_own_transaction(scope: Scope) -> bool:
    """Whether the answer is remembered with the messages, which would keep others waiting."""
    return any(name == b"idempotency-key" for name, _value in scope["headers"])


async def _rest(receive: Receive) -> bytes:
    """The rest of a body; when the body is larger than the API takes, enough to see that it is."""
    body, is_whole = await _read(receive, BODY_LIMIT_BYTES)
    thrown_away = 0
    while not is_whole and thrown_away < THROWN_AWAY_BYTES:
        more, is_whole = await _read(receive, PIECE_BYTES)
        thrown_away += len(more)
    return body


async def _read(receive: Receive, most: int) -> tuple[bytes, bool]:
    """What comes of a body until it ends or has more than `most` bytes, and whether it ended.

    Raises `ClientGone` when the connection ends first.
    """
    pieces: list[bytes] = []
    size = 0
    while size <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if not message.get("more_body"):
            return b"".join(pieces), True
    return b"".join(pieces), False


def _respond_alone(scope: Scope, body: bytes) -> HttpResponse:
    try:
        return _respond(scope, body)
    finally:
        close_old_connections()


def _respond(scope: Scope, body: bytes) -> HttpResponse:
    query = scope["query_string"].decode("latin-1")  # as WSGI has it, whatever its bytes are
    request = ASGIRequest({**scope, "query_string": query}, BytesIO(body))
    request.META.setdefault("CONTENT_LENGTH", str(len(body)))
    return short_way.serve(request)


async def _answer(response: HttpResponse, send: Send) -> None:
    headers = [
        (name.lower().encode("ascii"), value.encode("latin-1")) for name, value in response.items()
    ]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
