"""How fast a channel may go: its rate limit, and rests when the carrier throttles."""

import asyncio
import contextlib
import time

from messaging.carriers.rate import TokenBucket

HOLD_S = 0.5
HOLD_AT_MOST_S = 30.0


class BackOff:
    """Waiting times that double from `first_s` up to `most_s`."""

    def __init__(self, *, first_s: float, most_s: float) -> None:
        self._first_s = self._next_s = first_s
        self._most_s = most_s

    def next_s(self) -> float:
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, self._most_s)
        return wait_s

    def reset(self) -> None:
        self._next_s = self._first_s


class Pace:
    """Says how many messages may be claimed now.

    With a rate limit these are as many as may be written at once, a second's worth at most, so
    that a slow channel leases nothing that it cannot write. `messages_per_s` 0 is without limit.
    """

    def __init__(self, *, window: int, messages_per_s: float) -> None:
        self._changed = asyncio.Event()
        self.change(window=window, messages_per_s=messages_per_s)
        self._back_off = BackOff(first_s=HOLD_S, most_s=HOLD_AT_MOST_S)
        self._held_until = 0.0

    def change(self, *, window: int, messages_per_s: float) -> None:
        """Allow so much from now on; who waits for permits is told."""
        self._bucket = (
            TokenBucket(messages_per_s, burst=min(messages_per_s, window), at=time.monotonic())
            if messages_per_s
            else None
        )
        self._window = window
        self._changed.set()

    @property
    def is_held(self) -> bool:
        """Whether the channel rests because the carrier throttled it."""
        return time.monotonic() < self._held_until

    async def permits(self) -> int:
        """Wait until at least one message may go; return how many may."""
        while True:
            wait_s = self._wait_s()
            if wait_s <= 0:
                return self._bucket.available(time.monotonic()) if self._bucket else self._window
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()

    def spend(self, messages: int) -> None:
        """These were claimed."""
        if self._bucket is not None:
            self._bucket.spend(messages)

    def hold(self) -> float:
        """The carrier throttled: nothing goes for a while, longer each time; return the seconds."""
        moment = time.monotonic()
        if moment < self._held_until:
            return self._held_until - moment  # other slices of the same burst add nothing
        wait_s = self._back_off.next_s()
        self._held_until = moment + wait_s
        return wait_s

    def release(self) -> None:
        """The carrier took everything of a slice: the next rest is short again."""
        self._back_off.reset()

    def _wait_s(self) -> float:
        moment = time.monotonic()
        rest_s = self._held_until - moment
        return max(rest_s, self._bucket.wait_s(moment) if self._bucket else 0.0)
