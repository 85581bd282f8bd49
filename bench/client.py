"""A cheap HTTP client: kept connections, each with one request under way at a time."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from .errors import BenchError
from .wire import message_end

_ACCEPTED = b'"status":"000000"'
_ID = re.compile(rb'"smsMsgId":"([^"]+)"')


@dataclass
class Exchange:
    """What came of sending requests; a latency runs from the request to the end of the answer."""

    elapsed_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list, repr=False)
    answers: list[bytes] = field(default_factory=list, repr=False)

    def check_accepted(self, numbers: int) -> None:
        """Raise ``BenchError`` unless the stack accepted exactly so many numbers."""
        accepted = sum(answer.count(_ACCEPTED) for answer in self.answers)
        if accepted != numbers:
            refusal = next((one for one in self.answers if _ACCEPTED not in one), b"none")
            raise BenchError(
                f"{accepted} of {numbers} numbers accepted; the first refusal: "
                f"{refusal[:500].decode(errors='replace')}"
            )


async def send(
    requests: Sequence[bytes], *, address: tuple[str, int], connections: int
) -> Exchange:
    """Send all requests over ``connections`` connections, as fast as they are answered."""
    exchange, waiting = Exchange(), iter(requests)
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


def ids(answer: bytes) -> list[bytes]:
    """The smsMsgIds of an answer."""
    return _ID.findall(answer)


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one is complete."""

    def __init__(self, waiting: Iterator[bytes], exchange: Exchange) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._exchange = exchange
        self._received = bytearray()
        self._end: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def send_next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self.done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._end is None:
            self._end = message_end(self._received)
        if self._end is not None and len(self._received) >= self._end:
            self._exchange.latencies_s.append(time.perf_counter() - self._sent_at)
            self._exchange.answers.append(bytes(self._received))
            self._received, self._end = bytearray(), None
            self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(BenchError("the web server closed a connection"))
