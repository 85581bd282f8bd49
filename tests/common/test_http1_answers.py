"""Answers in every framing, from real servers, on both kinds of loop."""

import asyncio
import socket
import struct

import pytest

from common.http1.connection import MAX_HEAD_READ
from common.outbound import Answer, Fault
from tests.common.conftest import Run
from tests.common.receiver import Handler, Receiver, answering, outbound, read_request

ONE_MORE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def answering_once(response: bytes) -> Handler:
    """A receiver that answers one request and closes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(response)
        await writer.drain()

    return handler


async def twice(receiver: Receiver, *, total_timeout_s: float = 5.0) -> list[Answer]:
    async with receiver.listening() as url, outbound(total_timeout_s=total_timeout_s) as out:
        return [await out.post(url, data=b"x") for _ in range(2)]


@pytest.mark.parametrize(
    ("response", "status", "body"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", id="length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b"", id="empty"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"1;name=value\r\no\r\n1 \r\nk\r\n0\r\nX-Trailer: t\r\n\r\n",
            200,
            b"ok",
            id="chunks",
        ),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", id="204"),
        pytest.param(b"HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", 304, b"", id="304"),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok",
            202,
            b"ok",
            id="interim",
        ),
        pytest.param(
            b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
            200,
            b"ok",
            id="1.0",
        ),
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, b"ok", id="bare LF"),
        pytest.param(b"HTTP/1.1 200\r\ncontent-length:2\r\n\r\nok", 200, b"ok", id="no reason"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
            b"Content-Length: 2\r\n\r\nok",
            200,
            b"ok",
            id="offered upgrade",
        ),
    ],
)
def test_the_connection_is_used_again(run: Run, response: bytes, status: int, body: bytes) -> None:
    receiver = Receiver(answering(response))
    answers = run(twice(receiver))
    assert [(a.status, a.body_start, a.error) for a in answers] == [(status, body, None)] * 2
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", id="close"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", id="1.0"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + ONE_MORE, id="second answer"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay", id="garbage"),
    ],
)
def test_the_connection_is_not_used_again(run: Run, response: bytes) -> None:
    receiver = Receiver(answering(response))
    answers = run(twice(receiver))
    assert [(a.status, a.body_start, a.error) for a in answers] == [(200, b"ok", None)] * 2
    assert receiver.connections == 2


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip",
        b"HTTP/1.1 100 X\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK",
    ],
)
def test_a_body_that_lasts_until_the_end(run: Run, head: bytes) -> None:
    receiver = Receiver(answering_once(head + b"\r\n\r\nto the end"))
    answers = run(twice(receiver))
    assert [(a.status, a.body_start, a.error) for a in answers] == [(200, b"to the end", None)] * 2
    assert receiver.connections == 2


@pytest.mark.parametrize(
    ("response", "status"),
    [
        pytest.param(b"ICY 200 OK\r\n\r\n", None, id="another protocol"),
        pytest.param(b"HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n", None, id="no status"),
        pytest.param(b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", None, id="101"),
        pytest.param(
            b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", None, id="upgrade"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
            None,
            id="two lengths",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
            None,
            id="two framings",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEAD_READ + b"\r\n\r\n", None, id="long head"
        ),
        pytest.param(b"HTTP/1.1 100 X\r\n\r\n" * 4000, None, id="only interim"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nz\r\n",
            200,
            id="chunks",
        ),
    ],
)
def test_malformed_answers(run: Run, response: bytes, status: int | None) -> None:
    receiver = Receiver(answering(response))
    answers = run(twice(receiver))
    assert [(a.status, a.error) for a in answers] == [(status, Fault.MALFORMED)] * 2
    assert receiver.connections == 2


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", 200),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", 200),
    ],
)
def test_answers_that_end_early(run: Run, response: bytes, status: int | None) -> None:
    answers = run(twice(Receiver(answering_once(response))))
    assert [(a.status, a.error) for a in answers] == [(status, Fault.CLOSED)] * 2


def test_a_reset_does_not_end_a_body(run: Run) -> None:
    async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10)
        writer.transport.abort()

    async def main() -> Answer:
        async with Receiver(resetting).listening() as url, outbound() as out:
            return await out.post(url, data=b"x")

    assert run(main()).error is Fault.CLOSED


def test_a_body_that_drips(run: Run) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def main() -> Answer:
        async with Receiver(handler).listening() as url, outbound(total_timeout_s=1.0) as out:
            return await out.post(url, data=b"x")

    answer = run(main())
    assert (answer.status, answer.error) == (200, Fault.TIMEOUT)


def test_an_answer_that_comes_before_the_request(run: Run) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        await read_request(reader)

    async def main() -> Answer:
        async with Receiver(handler).listening() as url, outbound() as out:
            return await out.post(url, data=b"x")

    answer = run(main())
    assert (answer.status, answer.error) == (503, None)


def test_a_fault_on_a_kept_connection_is_told_and_not_repeated(run: Run) -> None:
    requests: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await read_request(reader))
        writer.write(ONE_MORE)
        requests.append(await read_request(reader))

    receiver = Receiver(handler)
    answers = run(twice(receiver))
    assert [(a.status, a.error) for a in answers] == [(200, None), (None, Fault.CLOSED)]
    assert (len(requests), receiver.connections) == (2, 1)
