"""Receivers that misbehave: each leaves a visible outcome, and the report is due again."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from messaging.models import Callback, CallbackAttempt
from messaging.services import push
from tests.common.receiver import OK, Handler, Receiver, answering, read_request
from tests.common.test_outbound_guard import make_certificate
from tests.messaging.road import Road


@pytest.fixture(autouse=True)
def _own_session() -> Iterator[None]:
    push.stop()
    yield
    push.stop()


@contextmanager
def listening(
    handler: Handler, context: ssl.SSLContext | None = None
) -> Iterator[tuple[str, Receiver]]:
    """A receiver in a thread of its own."""
    loop, receiver, stack = asyncio.new_event_loop(), Receiver(handler), AsyncExitStack()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listener = stack.enter_async_context(receiver.listening(context=context))
    try:
        yield asyncio.run_coroutine_threadsafe(listener, loop).result(), receiver
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def attempt_once(road: Road, url: str) -> Callback:
    road.deliver(1, callback=url)
    assert push.push_due(budget_s=10) == 1
    callback = Callback.objects.get()
    logged = CallbackAttempt.objects.get()
    assert (logged.http_status, logged.error) == (callback.http_status, callback.error)
    return callback


async def close_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")


async def send_100_megabytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(1600):
        writer.write(b"x" * 65536)
        await writer.drain()


def test_closes_early(road: Road):
    with listening(close_early) as (url, _):
        callback = attempt_once(road, url)
    assert (callback.state, callback.http_status) == (Callback.State.DUE, None)
    assert callback.error == "closed"


def test_sends_100_megabytes(road: Road):
    with listening(send_100_megabytes) as (url, _):
        callback = attempt_once(road, url)
    # The head said 200: taken, whatever follows (ruling 10).
    assert (callback.state, callback.error) == (Callback.State.DELIVERED, "too_large")
    assert CallbackAttempt.objects.get().answer == "x" * 1024


def test_redirects(road: Road):
    with listening(answering(OK)) as (elsewhere, other):
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n"
        with listening(answering(moved.encode())) as (url, _):
            callback = attempt_once(road, url)
    assert (callback.state, callback.http_status) == (Callback.State.DUE, 307)
    assert other.connections == 0


def test_has_a_certificate_nobody_vouches_for(road: Road, tmp_path: Path):
    with listening(answering(OK), make_certificate(tmp_path, "127.0.0.1")) as (url, _):
        callback = attempt_once(road, url)
    assert (callback.state, callback.error) == (Callback.State.DUE, "tls")


def test_resolves_to_a_forbidden_address(road: Road, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    with listening(answering(OK)) as (url, receiver):
        callback = attempt_once(road, url.replace("127.0.0.1", "localhost"))
        assert receiver.connections == 0
    assert (callback.state, callback.error) == (Callback.State.DUE, "blocked")


def test_answers_bytes_that_are_no_text(road: Road):
    body = b"\x00\xff\xfe"
    response = b"HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\n" + body
    with listening(answering(response)) as (url, _):
        callback = attempt_once(road, url)
    assert callback.http_status == 500
    assert CallbackAttempt.objects.get().answer == "\ufffd" * 3
