"""A cheap HTTP client: kept connections, each with one request under way at a time."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .errors import BenchError

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_ACCEPTED = b'"status":"000000"'


@dataclass
class Exchange:
    """What came of sending requests; ``latencies_s`` from the first byte out to the last one in."""

    elapsed_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    def check_accepted(self, numbers: int) -> None:
        """Raise ``BenchError`` unless the stack accepted so many numbers."""
        accepted = sum(answer.count(_ACCEPTED) for answer in self.answers)
        if accepted != numbers:
            bad = next((one for one in self.answers if _ACCEPTED not in one), b"")
            raise BenchError(
                f"{accepted} of {numbers} numbers accepted; an answer: {bad[:500].decode()}"
            )


async def send(
    requests: Sequence[bytes], *, address: tuple[str, int], connections: int
) -> Exchange:
    """Send all requests over ``connections`` connections as fast as they are answered."""
    exchange = Exchange()
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Connection(waiting, exchange), *address)
        for _ in range(connections)
    ]
    started = time.perf_counter()
    for _, connection in opened:
        connection.send_next()
    await asyncio.gather(*(connection.done for _, connection in opened))
    exchange.elapsed_s = time.perf_counter() - started
    for transport, _ in opened:
        transport.close()
    return exchange


class _Connection(asyncio.Protocol):
    def __init__(self, waiting: Iterator[bytes], exchange: Exchange) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._exchange = exchange
        self._chunks: list[bytes] = []
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send_next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self.done.set_result(None)
            return
        self._chunks.clear()
        self._missing = 0
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._chunks.append(data)
        if self._missing:
            self._missing -= len(data)
        else:
            self._read_head()
        if not self._missing and self._sent_at:
            self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(BenchError("the web server closed a connection"))

    def _read_head(self) -> None:
        """Learn from the head how many bytes are still to come."""
        ...

    def _finish(self) -> None: ...
