"""The load generator against servers and clients of our own."""

import asyncio
from collections.abc import Sequence

import pytest

from bench import client
from bench.errors import BenchError
from bench.receiver import receiving
from bench.wire import message_end

ACCEPTED = b'{"result":[{"smsMsgId":"a_1","status":"000000"}],"code":"000000"}'
REFUSED = b'{"code":"E000503","description":"Invalid"}'


def answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def exchange(pieces: Sequence[bytes], requests: int) -> client.Exchange:
    """Send requests over two connections to a server that answers each with these pieces."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        return await client.send([b"x"] * requests, address=address, connections=2)


@pytest.mark.parametrize(
    ("received", "end"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Len", None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 27),
        (b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc", 41),
        (b"POST / HTTP/1.1\r\nA: b\r\n\r\nContent-Length: 3", 25),
    ],
)
def test_message_end(received: bytes, end: int | None) -> None:
    assert message_end(received) == end


def test_answers_that_come_in_pieces_are_put_together() -> None:
    whole = answer(ACCEPTED)
    result = asyncio.run(exchange([whole[:9], whole[9:30], whole[30:]], requests=5))

    assert result.answers == [whole] * 5
    assert len(result.latencies_s) == 5
    assert client.ids(result.answers[0]) == [b"a_1"]
    result.check_accepted(5)


def test_a_refusal_ends_the_measurement_and_is_shown() -> None:
    result = asyncio.run(exchange([answer(REFUSED)], requests=2))

    with pytest.raises(BenchError, match=r"(?s)0 of 2 numbers accepted.*E000503"):
        result.check_accepted(2)


def test_a_server_that_closes_ends_the_measurement() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            await client.send([b"x"], address=address, connections=1)

    with pytest.raises(BenchError, match="closed a connection"):
        asyncio.run(run())


def report(message_id: str) -> bytes:
    body = f"smsMsgId={message_id}&total=1&sequence=1&status=DELIVRD".encode()
    return b"POST /report HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def received(sent: Sequence[bytes], expected: int, timeout_s: float) -> set[bytes]:
    async with receiving(expected) as (receiver, url):
        port = int(url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in sent:
            writer.write(piece)
            await writer.drain()
        try:
            await receiver.wait_for_all(timeout_s=timeout_s)
            assert (await reader.read(1000)).startswith(b"HTTP/1.1 200 OK")
        finally:
            writer.close()
        return {message_id for message_id, _ in receiver.reports}


def test_repeated_reports_count_once() -> None:
    first, second = report("a_1"), report("a_2")

    got = asyncio.run(received([first, first[:20], first[20:] + second], 2, timeout_s=10))

    assert got == {b"a_1", b"a_2"}


def test_missing_reports_end_the_measurement() -> None:
    with pytest.raises(BenchError, match="1 of 2 reports"):
        asyncio.run(received([report("a_1"), report("a_1")], 2, timeout_s=0.3))
