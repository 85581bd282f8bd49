"""A customer's server that takes status reports, as cheap as it can be."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from .errors import BenchError
from .wire import message_end

_REPORT = re.compile(rb"(smsMsgId|sequence)=([^&]+)")
_ACKNOWLEDGEMENT = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Receiver:
    """Counts reports by (smsMsgId, sequence); a repeated one counts once."""

    def __init__(self, expected: int) -> None:
        self.reports: set[tuple[bytes, bytes]] = set()
        self.first_at = 0.0
        self.last_at = 0.0
        self._expected = expected
        self._complete = asyncio.Event()

    def take(self, body: bytes) -> None:
        fields = dict(_REPORT.findall(body))
        self.reports.add((fields[b"smsMsgId"], fields[b"sequence"]))
        self.last_at = time.perf_counter()
        self.first_at = self.first_at or self.last_at
        if len(self.reports) == self._expected:
            self._complete.set()

    async def wait_for_all(self, *, timeout_s: float) -> None:
        """Return when every expected report came; ``BenchError`` after ``timeout_s`` seconds."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._complete.wait()
        except TimeoutError:
            raise BenchError(
                f"{len(self.reports)} of {self._expected} reports came in {timeout_s:.0f} s"
            ) from None


@asynccontextmanager
async def receiving(expected: int) -> AsyncIterator[tuple[Receiver, str]]:
    """Listen on a free loopback port; give the receiver and its address."""
    receiver = Receiver(expected)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(receiver), "127.0.0.1", 0, backlog=512)
    try:
        port = server.sockets[0].getsockname()[1]
        yield receiver, f"http://127.0.0.1:{port}/report"
    finally:
        server.close()


class _Connection(asyncio.Protocol):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = message_end(self._received)
        while end is not None and len(self._received) >= end:
            self._receiver.take(self._received[:end])
            self._transport.write(_ACKNOWLEDGEMENT)
            self._received = self._received[end:]
            end = message_end(self._received)
