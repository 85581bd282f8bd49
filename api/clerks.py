"""Calls of an event loop, carried out in rounds by threads beside it.

One thread is enough: what comes while it works is the next round. Another one takes over what
waits when a round lasts unusually long, because the database or one of its calls keeps it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import close_old_connections

from common.rounds import Ended, Round

CLERKS = 4

GATHER_S = 0.001
"""Calls that come one upon the other wait so long for more of them; one that comes alone does not.

A commit, and waking those who wait for it, cost more than a call: this buys a third more calls.
"""

PATIENCE_S = 0.05
"""A round that lasts longer than this takes nobody else: who comes is served by another clerk."""

Call = Callable[[], Any]
Answer = asyncio.Future[Any]


class Clerks:
    """Carries calls out, those that wait together as one round. All methods belong to the loop.

    A round has `most_calls` at most, which bounds how long the first of them waits for the last.
    """

    def __init__(self, *, most_calls: int) -> None:
        self._most_calls = most_calls
        self._threads = ThreadPoolExecutor(CLERKS, thread_name_prefix="clerk")
        self._waiting: deque[tuple[Answer, Call]] = deque()
        self._latest = 0  # the number of the latest round, at work or to come
        self._size = 0  # of the round that ended last
        self._is_attended = False  # whether that round, or who sees it end, takes who waits

    def carry_out(self, call: Call) -> Answer:
        """What the call returns or raises, as a future of the running loop."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._waiting.append((answer, call))
        if not self._is_attended:
            self._attend(loop)
        return answer

    def _attend(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_attended = True
        self._latest += 1
        if self._size > 1 and len(self._waiting) < self._most_calls:
            loop.call_later(GATHER_S, self._send_for_clerk, loop, self._latest)
        else:
            self._send_for_clerk(loop, self._latest)

    def _send_for_clerk(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        self._threads.submit(self._work, loop, number)
        loop.call_later(PATIENCE_S, self._look_after, loop, number)

    def _look_after(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        """The round of this number has ended, or lasts too long to wait for its end."""
        if number != self._latest or not self._is_attended:
            return
        self._is_attended = False
        if self._waiting:
            self._attend(loop)

    def _round_ended(self, loop: asyncio.AbstractEventLoop, number: int, size: int) -> None:
        self._size = size
        self._look_after(loop, number)

    def _work(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        """Carry out one round, on a thread of the clerks."""
        begun: list[Answer] = []
        round_ = Round[Answer](lambda ended: loop.call_soon_threadsafe(_settle, ended))
        closes_at = time.monotonic() + PATIENCE_S
        try:
            while self._waiting and len(begun) < self._most_calls and time.monotonic() < closes_at:
                with suppress(IndexError):  # another clerk took it
                    answer, call = self._waiting.popleft()
                    begun.append(answer)
                    round_.begin(answer, call)
            round_.end()
        except BaseException as error:  # a fault of ours: nobody waits for ever
            failed = [Ended(answer, error=error) for answer in begun]
            loop.call_soon_threadsafe(_settle, failed)
            raise
        finally:
            close_old_connections()
            loop.call_soon_threadsafe(self._round_ended, loop, number, len(begun))


def _settle(ended: list[Ended[Answer]]) -> None:
    for one in ended:
        if one.key.done():  # answered before, or given up
            continue
        if one.error:
            one.key.set_exception(one.error)
        else:
            one.key.set_result(one.answer)
