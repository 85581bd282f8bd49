"""The carrier's side of a connection: what tests and laboratories talk to instead of a carrier."""

import asyncio
import ssl
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

import structlog

from messaging.carriers.simulated.settings import SimulatedSettings

from .framing import FrameBuffer, FrameError
from .schedule import Schedule
from .scripted import Script
from .window import Numbering, Window

D = TypeVar("D")
"""What a protocol delivers: a receipt or an uplink."""

log = structlog.get_logger(__name__)


class ServedSession(asyncio.Protocol, ABC, Generic[D]):
    """One client's connection; deliveries wait for a place in a window of their own."""

    least_frame: ClassVar[int]
    most_frame: ClassVar[int]

    def __init__(self, server: "Server[D]") -> None:
        self.server = server
        self.can_receive = False
        """Whether it is logged in for receipts and uplinks."""
        self._frames = FrameBuffer(least=self.least_frame, most=self.most_frame)
        self._numbers = Numbering(0x7FFFFFFF)
        self._window: Window[D] = Window(server.window)
        self._queue: deque[D] = deque()
        self._answers: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    @abstractmethod
    def _take(self, frame: bytes) -> None:
        """A frame came."""

    @abstractmethod
    def _delivery(self, sequence: int, delivery: D) -> bytes:
        """The frame that delivers something."""

    def answer(self, frame: bytes) -> None:
        """Write together with the other answers to what came at once."""
        self._answers.append(frame)

    def write(self, frame: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def deliver(self, deliveries: Sequence[D]) -> None:
        self._queue.extend(deliveries)
        self.pump()

    def confirmed(self, sequence: int) -> None:
        """The client has it."""
        self._window.settle(sequence)

    def pump(self) -> None:
        """Deliver what the window allows now."""
        frames = []
        while self._queue and self._window.free > 0:
            delivery = self._queue.popleft()
            sequence = self._numbers.next()
            self._window.add(sequence, delivery, at=0)
            frames.append(self._delivery(sequence, delivery))
        if frames:
            self.write(b"".join(frames))

    def close(self) -> None:
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection as a crash would."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.server.sessions.append(self)

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._frames.feed(data):
                self._take(frame)
        except FrameError as error:
            log.info("a client's stream makes no sense", error=str(error))
            self.close()
            return
        self._flush()
        self.pump()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self.can_receive = False
        self.server.sessions.remove(self)
        undelivered = [*self._window.abandon(), *self._queue]
        self._queue.clear()
        self.server.deliver(undelivered)

    def _flush(self) -> None:
        if self._answers:
            self.write(b"".join(self._answers))
            self._answers.clear()


class Server(ABC, Generic[D]):
    """Listens, lets one account in as often as it likes, and owes receipts.

    A delivery goes to any session that receives, by turns; without one it waits for the next.
    What a client did not confirm before its connection ended is delivered again.
    """

    def __init__(self, *, behaviour: SimulatedSettings, window: int) -> None:
        self.window = window
        """Most deliveries without a confirmation, per session."""
        self.script = Script(behaviour)
        self.sessions: list[ServedSession[D]] = []
        self.schedule: Schedule[D] = Schedule(self.deliver)
        self._waiting: list[D] = []
        self._turn = 0

    @abstractmethod
    def _session(self) -> ServedSession[D]:
        """A session for a client that comes."""

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen; returns the port, which is a free one for `port` 0."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._session, host, port, ssl=tls)
        address: tuple[Any, ...] = self._listener.sockets[0].getsockname()
        return int(address[1])

    async def close(self) -> None:
        self.schedule.close()
        self._waiting.clear()
        self._listener.close()
        for session in list(self.sessions):
            session.abort()
        await asyncio.sleep(0)

    def deliver(self, deliveries: Sequence[D]) -> None:
        if not deliveries:
            return
        receiving = [session for session in self.sessions if session.can_receive]
        if not receiving:
            self._waiting += deliveries
            return
        self._turn += 1
        receiving[self._turn % len(receiving)].deliver(deliveries)

    def receiver_came(self) -> None:
        """A session can receive now."""
        waiting, self._waiting = self._waiting, []
        self.deliver(waiting)
