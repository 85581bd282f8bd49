"""An answer is the same however the network cuts it."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.http1.connection import MAX_BODY_READ, MAX_HEAD_READ, Connection
from common.http1.faults import Fault

END = b"\r\n\r\n"
LENGTH = b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 11\r\n\r\nhello world"
CHUNKS = (
    b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"6;a=b\r\nhello \r\n5\r\nworld\r\n0\r\nX-Trailer: t\r\n\r\n"
)
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\nContent-Length: 1\r\n\r\n"
LONG_HEAD = b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEAD_READ + b"\r\nContent-Length: 0\r\n\r\n"
LONG_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70000
CHUNKED_TOO_LONG = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n"
    + b"x" * (MAX_BODY_READ + 1)
    + b"\r\nno size\r\n"
)

Outcome = tuple[Fault | None, int | None, bytes, bool]


class Wire(asyncio.Transport):
    """A transport that sends nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.is_aborted = False

    def write(self, data: object) -> None: ...

    def abort(self) -> None:
        self.is_aborted = True


def outcome(pieces: list[bytes]) -> Outcome:
    """What a request gets when its answer comes in these pieces and then the end."""

    async def main() -> Outcome:
        connection, wire = Connection(set()), Wire()
        connection.connection_made(wire)
        deadline = asyncio.get_running_loop().time() + 60
        task = asyncio.create_task(connection.exchange(b"POST", deadline=deadline))
        await asyncio.sleep(0)  # until it has been sent
        for piece in pieces:
            if not wire.is_aborted:
                connection.data_received(piece)
        is_reusable = connection.is_reusable
        connection.connection_lost(None)
        return await task, connection.status, connection.body_start, is_reusable

    return asyncio.run(main())


def cut(whole: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted({place % len(whole) for place in places} - {0}), len(whole)]
    return [whole[start:end] for start, end in pairwise(ends)]


BODY = b"hello world"
EXPECTED: dict[bytes, Outcome] = {
    LENGTH: (None, 200, BODY, True),
    INTERIM + LENGTH: (None, 200, BODY, True),
    CHUNKS: (None, 500, BODY, True),
    INTERIM + CHUNKS: (None, 500, BODY, True),
    b"HTTP/1.1 204 No\r\n\r\n": (None, 204, b"", True),
    b"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n": (None, 304, b"", True),
    b"HTTP/1.1 200 OK\r\nServer: s\r\n\r\nhello world": (None, 200, BODY, False),
    b"HTTP/1.0 201 OK\r\nContent-Length: 11\r\n\r\nhello world": (None, 201, BODY, False),
    LENGTH[:-1]: (Fault.CLOSED, 200, BODY[:-1], False),
    CHUNKS[:-2]: (Fault.CLOSED, 500, BODY, False),
    CHUNKS.replace(b"\r\n0\r\n", b"\r\nx\r\n"): (Fault.MALFORMED, 500, BODY, False),
    b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n": (Fault.MALFORMED, None, b"", False),
    LONG_HEAD: (Fault.MALFORMED, None, b"", False),
    LONG_BODY: (Fault.TOO_LARGE, 200, b"x" * 1024, False),
    CHUNKED_TOO_LONG: (Fault.TOO_LARGE, 200, b"x" * 1024, False),
}


@pytest.mark.parametrize("whole", EXPECTED, ids=lambda whole: f"{whole[:40]!r} {len(whole)}")
def test_an_answer_in_one_piece(whole: bytes) -> None:
    assert outcome([whole]) == EXPECTED[whole]


@given(st.sampled_from(list(EXPECTED)), st.lists(st.integers(0, 80_000), max_size=12))
@example(LENGTH, list(range(len(LENGTH))))
@example(INTERIM + CHUNKS, list(range(len(INTERIM + CHUNKS))))
def test_an_answer_in_pieces(whole: bytes, places: list[int]) -> None:
    assert outcome(cut(whole, places)) == EXPECTED[whole]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_any_bytes_come_to_an_end(rest: bytes, places: list[int]) -> None:
    whole = b"HTTP/1.1 " + rest
    assert outcome(cut(whole, places))[:3] == outcome([whole])[:3]


@given(st.integers(0, 64), st.integers(-2, 2))
def test_the_head_has_one_limit(cut_before_limit: int, beyond: int) -> None:
    start, end = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ", END
    head = start + b"x" * (MAX_HEAD_READ + beyond - len(start) - len(end)) + end
    assert len(head) == MAX_HEAD_READ + beyond
    expected = Fault.MALFORMED if beyond > 0 else None
    assert outcome(cut(head, [MAX_HEAD_READ - cut_before_limit]))[0] is expected
    assert outcome([head])[0] is expected
