"""Group commit: what many threads of a process want done at the same time is done as one."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Item = TypeVar("Item")


class _Turn(Generic[Item]):
    """An item of a waiting thread; its gate opens when the item was handled or its thread leads."""

    __slots__ = ("gate", "is_done", "item")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.is_done: bool | None = None
        self.gate = threading.Lock()
        self.gate.acquire()


class Together(Generic[Item]):
    """Runs `act` on the items of all threads that wait, at most `most` of them at once.

    Nobody waits for others to come: an item that finds nobody at work is handled at once, alone;
    those that come meanwhile are the next round, handled by the thread of the first of them.
    """

    def __init__(self, act: Callable[[Sequence[Item]], None], *, most: int) -> None:
        self._act = act
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Turn[Item]] = deque()
        self._is_led = False

    def do(self, item: Item) -> bool:
        """Whether the item was handled, alone or with others.

        It was not when `act` raised: then `act` must have changed nothing, for any of its items,
        and each caller does its own.
        """
        turn = _Turn(item)
        with self._lock:
            self._waiting.append(turn)
            is_leader = not self._is_led
            self._is_led = True
        if not is_leader:
            turn.gate.acquire()
        if turn.is_done is None:
            self._lead()
        return bool(turn.is_done)

    def _lead(self) -> None:
        with self._lock:
            count = min(self._most, len(self._waiting))
            turns = [self._waiting.popleft() for _ in range(count)]
        is_done = False
        try:
            with suppress(Exception):  # each caller meets it again, in its own name
                self._act([turn.item for turn in turns])
                is_done = True
        finally:
            self._hand_over(turns, is_done=is_done)

    def _hand_over(self, turns: Sequence[_Turn[Item]], *, is_done: bool) -> None:
        for turn in turns:
            turn.is_done = is_done
            turn.gate.release()
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._is_led:
                self._waiting[0].gate.release()
