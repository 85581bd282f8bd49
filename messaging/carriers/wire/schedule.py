"""Things that are due at some time, handed over then."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Schedule(Generic[T]):
    """Calls `hand` with everything that is due, in the order of due times."""

    def __init__(self, hand: Callable[[list[T]], None]) -> None:
        self._hand = hand
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, T]] = []
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, item: T, *, delay_s: float) -> None:
        due_at = self._loop.time() + delay_s
        heapq.heappush(self._waiting, (due_at, next(self._order), item))
        if self._waiting[0][0] == due_at:
            self._wait_until(due_at)

    def close(self) -> None:
        """Nothing is handed over any more."""
        self._waiting.clear()
        if self._timer:
            self._timer.cancel()

    def _wait_until(self, due_at: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(due_at, self._hand_over)

    def _hand_over(self) -> None:
        self._timer = None
        moment = self._loop.time()
        due = []
        while self._waiting and self._waiting[0][0] <= moment:
            due.append(heapq.heappop(self._waiting)[2])
        if self._waiting:
            self._wait_until(self._waiting[0][0])
        if due:
            self._hand(due)
