"""One connection to a carrier: requests and answers, signs of life, its end; no protocol yet."""

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from messaging.carriers.rate import TokenBucket

from .framing import FrameBuffer, FrameError
from .outbox import Outbox
from .terms import Terms
from .trace import WireLog
from .transit import Outcome, Part
from .window import Numbering

FAREWELL_S = 5.0
"""How long answers may still come once either side wants to end the session."""


class LoginRefusedError(Exception):
    """The carrier does not let this account in; the message says why."""


class LinkLostError(ConnectionError):
    """The connection ended while an answer was awaited."""


class Link(asyncio.Protocol, ABC):
    """A session with the carrier, from the connection to its end.

    Everything runs in one event loop and nothing here waits, so there are no locks.
    """

    last_sequence: ClassVar[int]
    least_frame: ClassVar[int]
    most_frame: ClassVar[int]
    can_submit = True

    def __init__(
        self,
        *,
        name: str,
        terms: Terms,
        rate: TokenBucket | None,
        wire_log: WireLog,
        log: Any,
        on_lost: "Callable[[Link, list[Part]], None]",
    ) -> None:
        self.error = ""
        """Why the link ended."""
        self.is_up = False
        self.ended = asyncio.Event()
        self.log = log
        self._name = name
        self._terms = terms
        self._wire_log = wire_log
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._frames = FrameBuffer(least=self.least_frame, most=self.most_frame)
        self._numbers = Numbering(self.last_sequence)
        self._outbox = Outbox(
            terms=terms,
            rate=rate,
            numbers=self._numbers,
            frame=self._submission,
            write=self.write,
            log=self.log,
        )
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._transport: asyncio.Transport | None = None
        self._is_leaving = False
        self._up_at = self._heard_at = self._loop.time()
        self._pings = 0
        self._deaf_until = 0.0
        self._strays = 0
        self._ticking: asyncio.TimerHandle | None = None

    @abstractmethod
    async def log_in(self) -> None:
        """Open the session; raises LoginRefusedError."""

    @abstractmethod
    def _take(self, frame: bytes) -> None:
        """A frame came."""

    @abstractmethod
    def _submission(self, sequence: int, body: bytes) -> bytes:
        """The frame that submits a part."""

    @abstractmethod
    def _ping(self, sequence: int) -> bytes:
        """The frame that asks for a sign of life."""

    @abstractmethod
    def _farewell(self, sequence: int) -> bytes:
        """The frame that asks to end the session."""

    def _nack_broken_frame(self) -> None:
        """Say, where the protocol has words for it, that the stream makes no sense."""

    @property
    def load(self) -> int:
        """Parts that wait or are under way."""
        return self._outbox.load

    def limit(self, *, rate: TokenBucket | None, window: int) -> None:
        """Submit as these allow from now on."""
        self._outbox.limit(rate=rate, window=window)

    @property
    def in_flight(self) -> int:
        """Parts without an answer."""
        return self._outbox.in_flight

    @property
    def written(self) -> int:
        """Parts written so far."""
        return self._outbox.written

    @property
    def up_for_s(self) -> float | None:
        """For how long the session is open; None while it is not."""
        return self._loop.time() - self._up_at if self.is_up else None

    @property
    def is_taking(self) -> bool:
        """Whether messages may be given to it."""
        return self.is_up and self.can_submit and not self._is_leaving

    def start(self) -> None:
        """The session is open: begin to submit and to watch for signs of life."""
        self.is_up = self._outbox.is_open = True
        self._up_at = self._heard_at = self._loop.time()
        self._tick()

    def enqueue(self, parts: Iterable[Part]) -> None:
        """Parts of one message; they are written in this order, on this link, by `pump`."""
        self._outbox.enqueue(parts)

    def pump(self) -> None:
        """Write what may be written now."""
        self._outbox.pump()

    async def leave(self) -> None:
        """Write nothing new, await the answers under way for a while, end the session."""
        if self._transport is None:
            return
        self._is_leaving = True
        for part in self._outbox.shut():
            part.settle(None)
        await self._drained()
        if self.is_up:
            try:
                await self.call(self._farewell, timeout_s=FAREWELL_S)
            except (TimeoutError, LinkLostError):
                self.log.info("the carrier did not answer our farewell")
        self.hang_up("closed by us")
        await self.ended.wait()

    async def call(self, frame: Callable[[int], bytes], *, timeout_s: float) -> Any:
        """Write a request that is no submission; return its answer or raise TimeoutError."""
        sequence = self._numbers.next()
        answer = self._calls[sequence] = self._loop.create_future()
        self.write(frame(sequence))
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        finally:
            self._calls.pop(sequence, None)

    def write(self, frames: bytes) -> None:
        """Write one or several frames; nothing where the connection is gone."""
        if self._transport is not None and not self._transport.is_closing():
            self._wire_log.write(self._name, "out", frames)
            self._transport.write(frames)

    def abort(self, error: str) -> None:
        """Cut the connection; what is under way becomes unknown."""
        self._is_over(error)
        if self._transport is not None:
            self._transport.abort()

    def hang_up(self, error: str) -> None:
        """End the connection as soon as what was written is on its way."""
        self._is_over(error)
        if self._transport is not None:
            self._transport.close()
            self._loop.call_later(FAREWELL_S, self.abort, error)

    def pause_reading(self) -> None:
        """Let the carrier wait; nothing is held against it meanwhile."""
        if self._transport is not None and not self._transport.is_closing():
            self._deaf_until = math.inf
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._deaf_until = self._loop.time() + self._terms.answer_timeout_s
            self._transport.resume_reading()

    def _submission_answered(self, sequence: int, outcome: Outcome) -> bool:
        """Whether the answer belonged to a submission under way."""
        return self._outbox.answered(sequence, outcome)

    def _call_answered(self, sequence: int, answer: Any) -> bool:
        """Whether the answer belonged to a call."""
        call = self._calls.get(sequence)
        if call is None or call.done():
            return False
        call.set_result(answer)
        return True

    def _answer_to_nothing(self) -> None:
        """An answer that came twice, too late, or to what was never asked."""
        self._strays += 1

    def _carrier_leaves(self, answer: bytes) -> None:
        """The carrier ends the session: hand back what is not written, await answers, agree."""
        if self._is_leaving:
            self.write(answer)
            return
        self._is_leaving = True
        self._on_lost(self, self._outbox.shut())
        self._leaving = asyncio.ensure_future(self._agree_to_leave(answer))

    async def _agree_to_leave(self, answer: bytes) -> None:
        await self._drained()
        self.write(answer)
        self.hang_up("the carrier ended the session")

    async def _drained(self) -> None:
        await self._outbox.drained(timeout_s=min(FAREWELL_S, self._terms.answer_timeout_s))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        self._pings = 0
        try:
            for frame in self._frames.feed(data):
                self._wire_log.write(self._name, "in", frame)
                self._take(frame)
        except FrameError as error:
            self.log.warning("the stream makes no sense; the link is cut", error=str(error))
            self._nack_broken_frame()
            self.hang_up(str(error))
            return
        self.pump()

    def pause_writing(self) -> None:
        self._outbox.is_blocked = True

    def resume_writing(self) -> None:
        self._outbox.is_blocked = False
        self.pump()

    def connection_lost(self, error: Exception | None) -> None:
        self._is_over(str(error) if error else "the carrier closed the connection")
        self._transport = None
        if self._ticking:
            self._ticking.cancel()
        for call in self._calls.values():
            if not call.done():
                call.set_exception(LinkLostError(self.error))
        unwritten = self._outbox.shut()
        self._outbox.abandon()
        self.ended.set()
        self._on_lost(self, unwritten)

    def _is_over(self, error: str) -> None:
        self.error = self.error or error
        self.is_up = self._outbox.is_open = False

    def _tick(self) -> None:
        if self._strays:
            self.log.warning("answers to nothing", answers=self._strays)
            self._strays = 0
        if self._loop.time() >= self._deaf_until:
            self._watch()
        if self.is_up:
            self._ticking = self._loop.call_later(self._terms.tick_s, self._tick)

    def _watch(self) -> None:
        if not self._outbox.give_up_overdue():
            self.abort("the carrier answers no submissions")  # what is queued must wait elsewhere
            return
        self.pump()
        self._look_for_life()

    def _look_for_life(self) -> None:
        due_at = self._heard_at + self._terms.idle_s + self._pings * self._terms.answer_timeout_s
        if self._loop.time() < due_at:
            return
        if self._pings == self._terms.attempts:
            self.abort("no sign of life from the carrier")
            return
        self._pings += 1
        self.write(self._ping(self._numbers.next()))
