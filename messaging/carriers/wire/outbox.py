"""What a link still has to write: the queue, the window, the rate, and rests."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from messaging.carriers.rate import TokenBucket

from .terms import Terms
from .transit import UNKNOWN, Outcome, Part
from .window import Numbering, Window

MOST_AT_ONCE = 64
"""Parts written before the event loop gets its turn again."""


class Outbox:
    """Writes parts as window, rate and the carrier's patience allow, and settles them.

    A part is written once, except after an answer that says it was throttled and not taken.
    `frame` makes the frame of a submission from its sequence number and body.
    """

    def __init__(
        self,
        *,
        terms: Terms,
        rate: TokenBucket | None,
        numbers: Numbering,
        frame: Callable[[int, bytes], bytes],
        write: Callable[[bytes], None],
        log: Any,
    ) -> None:
        self.is_open = False
        """Whether anything may be written."""
        self.is_blocked = False
        """Whether the connection has enough to write for now."""
        self.written = 0
        """Parts written so far."""
        self._terms = terms
        self._rate = rate
        self._numbers = numbers
        self._frame = frame
        self._write = write
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._queue: deque[Part] = deque()
        self._window: Window[Part] = Window(terms.window)
        self._answered_at = 0.0
        self._rest_s = terms.rest_s
        self._resting_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._when_drained: asyncio.Future[None] | None = None

    @property
    def load(self) -> int:
        """Parts that wait or are under way."""
        return len(self._queue) + len(self._window)

    @property
    def in_flight(self) -> int:
        """Parts without an answer."""
        return len(self._window)

    def enqueue(self, parts: Iterable[Part]) -> None:
        """Parts of one message; `pump` writes them in this order."""
        self._queue.extend(parts)

    def limit(self, *, rate: TokenBucket | None, window: int) -> None:
        """Write as these allow from now on."""
        self._rate = rate
        self._window.resize(window)
        if self._timer:  # it waits for the rate of before
            self._timer.cancel()
            self._timer = None
        self.pump()

    def answered(self, sequence: int, outcome: Outcome) -> bool:
        """Settle the part with this number; False for an answer to nothing."""
        part = self._window.settle(sequence)
        if part is None:
            return False
        self._answered_at = self._loop.time()
        if outcome.is_throttled:
            self._throttled(part, outcome)
        else:
            self._rest_s = self._terms.rest_s
            part.settle(outcome)
        self._tell_drained()
        return True

    def give_up_overdue(self) -> bool:
        """Leave unanswered parts unknown; False when the carrier answers nothing at all."""
        overdue = self._window.overdue(self._loop.time() - self._terms.answer_timeout_s)
        if not overdue:
            return True
        self._log.warning("no answer in time; submissions are unknown", submissions=len(overdue))
        for _, part in overdue:
            part.settle(UNKNOWN)
        self._tell_drained()
        return self._answered_at > overdue[0][0]

    def shut(self) -> list[Part]:
        """Write nothing more; return what was not written."""
        self.is_open = False
        if self._timer:
            self._timer.cancel()
        unwritten = list(self._queue)
        self._queue.clear()
        return unwritten

    def abandon(self) -> None:
        """Leave unknown what is under way: no answer can come any more."""
        for part in self._window.abandon():
            part.settle(UNKNOWN)
        self._tell_drained()

    async def drained(self, *, timeout_s: float) -> None:
        """Wait until everything under way is answered, or for so long."""
        if not len(self._window):
            return
        self._when_drained = self._loop.create_future()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._when_drained

    def pump(self) -> None:
        """Write what may be written now; come back by itself when a rest or the rate ends."""
        if not self._queue or self.is_blocked or not self.is_open:
            return
        moment = self._loop.time()
        if moment < self._resting_until:
            self._pump_in(self._resting_until - moment)
            return
        places = min(self._window.free, MOST_AT_ONCE)
        if self._rate is not None:
            places = min(places, self._rate.available(moment))
            if places <= 0 < self._window.free:
                self._pump_in(self._rate.wait_s(moment))
                return
        frames = self._fill(places, moment)
        if frames:
            self._write(b"".join(frames))
            self.written += len(frames)
            if self._rate is not None:
                self._rate.spend(len(frames))
        if self._queue and self._window.free > 0:
            self._pump_in(0)

    def _fill(self, places: int, moment: float) -> list[bytes]:
        frames: list[bytes] = []
        while self._queue and len(frames) < places:
            part = self._queue.popleft()
            if part.transit.is_given_up:
                part.settle(None)
                continue
            sequence = self._numbers.next()
            self._window.add(sequence, part, at=moment)
            frames.append(self._frame(sequence, part.body))
        return frames

    def _pump_in(self, wait_s: float) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(wait_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.pump()

    def _throttled(self, part: Part, outcome: Outcome) -> None:
        """Rest; then write the part again, which the carrier said it did not take."""
        moment = self._loop.time()
        if moment >= self._resting_until:  # others of the same burst add nothing
            self._resting_until = moment + self._rest_s
            self._log.warning("the carrier throttles", rest_s=self._rest_s)
            self._rest_s = min(2 * self._rest_s, self._terms.rest_at_most_s)
        part.times_throttled += 1
        if not self.is_open or part.times_throttled > self._terms.throttled_at_most:
            part.settle(outcome)
        else:
            self._queue.appendleft(part)

    def _tell_drained(self) -> None:
        if self._when_drained and not self._when_drained.done() and not len(self._window):
            self._when_drained.set_result(None)
