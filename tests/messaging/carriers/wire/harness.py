"""What tests of the wire protocols share: sinks that can be awaited, carriers without manners."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import uvloop

from messaging.carriers.base import ChannelSettings, Receipt, Submission, Uplink
from messaging.carriers.wire.connector import WireConnector
from messaging.carriers.wire.framing import FrameBuffer

T = TypeVar("T")
SENDER = "10690001"
PATIENCE_S = 10
SECRETS = ("password", "shared_secret")
"""The settings that a platform keeps apart from the others."""


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a test in the event loop of the carrier process."""
    return uvloop.run(story)


class Sink(Generic[T]):
    """Takes what a connector hands over; can be told to wait before it is done."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.is_open = asyncio.Event()
        self.is_open.set()
        self._came = asyncio.Event()

    async def __call__(self, items: Sequence[T]) -> None:
        self.items += items
        self._came.set()
        await self.is_open.wait()

    async def until(self, count: int) -> list[T]:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.items) < count:
                self._came.clear()
                await self._came.wait()
        return self.items


def apart(config: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Settings and secrets."""
    others = {name: value for name, value in config.items() if name not in SECRETS}
    return others, {name: config[name] for name in SECRETS if name in config}


class Channel:
    """A connector with its sinks."""

    def __init__(self, kind: type[WireConnector], config: dict[str, Any]) -> None:
        self.receipts: Sink[Receipt] = Sink()
        self.uplinks: Sink[Uplink] = Sink()
        others, secrets = apart(config)
        settings = ChannelSettings(1, "test", others, Path("unused"), secrets=secrets)
        self.connector = kind(settings, self.receipts, self.uplinks)

    async def until_up(self, links: int = 1) -> None:
        await eventually(lambda: len(self.connector.links) == links)


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what no event tells."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def opened(kind: type[WireConnector], config: dict[str, Any]) -> AsyncIterator[Channel]:
    channel = Channel(kind, config)
    await channel.connector.open()
    try:
        yield channel
    finally:
        await channel.connector.close()


class Connection(asyncio.Protocol):
    """A carrier's end of a connection: cuts frames and hands each to the test."""

    def __init__(self, carrier: "RawCarrier") -> None:
        self._carrier = carrier
        self._frames = FrameBuffer(least=4, most=100_000)
        self.frames: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._carrier.connections.append(self)

    def data_received(self, data: bytes) -> None:
        for frame in self._frames.feed(data):
            self.frames.append(frame)
            if answer := self._carrier.react(frame, self):
                self.transport.write(answer)
            self._carrier.came.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._carrier.lost += 1
        self._carrier.came.set()


class RawCarrier:
    """Listens and answers each frame with what `react` returns, which may be any bytes."""

    def __init__(self, react: Callable[[bytes, Connection], bytes | None]) -> None:
        self.react = react
        self.connections: list[Connection] = []
        self.lost = 0
        self.came = asyncio.Event()
        self.port = 0

    @property
    def frames(self) -> list[bytes]:
        """All frames of all connections."""
        return [frame for connection in self.connections for frame in connection.frames]

    async def until(self, condition: Callable[["RawCarrier"], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self):
                self.came.clear()
                await self.came.wait()

    async def __aenter__(self) -> "RawCarrier":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self.connections:
            connection.transport.abort()


def submission(
    message_id: int = 1, recipient: str = "+8613800138000", *parts: str, sender: str = SENDER
) -> Submission:
    return Submission(message_id, sender, recipient, parts or ("【华为】您好",))


def submissions(count: int) -> list[Submission]:
    return [submission(number, f"+86138001{number:05d}") for number in range(1, count + 1)]
