"""What carriers report, handed over in slices and confirmed only once it is stored."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")

AT_A_TIME = 1000
CROWDED = 10_000
"""With so many waiting, links that bring more are not read until some are stored."""


class Source(Protocol):
    """A link as the inbox sees it."""

    def write(self, frame: bytes) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Inbox(Generic[T]):
    """Takes items with the frame that confirms each; stores what came meanwhile all at once."""

    def __init__(self, store: Callable[[Sequence[T]], Awaitable[None]], *, log: Any) -> None:
        self._log = log
        self._store = store
        self._waiting: deque[tuple[T, Source, bytes]] = deque()
        self._came = asyncio.Event()
        self._paused: set[Source] = set()
        self._storing: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._storing = asyncio.create_task(self._store_for_ever())

    async def close(self) -> None:
        """Stop; what is not stored was not confirmed, so the carrier sends it again."""
        if self._storing:
            self._storing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._storing

    def take(self, item: T, source: Source, confirmation: bytes) -> None:
        self._waiting.append((item, source, confirmation))
        self._came.set()
        if len(self._waiting) >= CROWDED and source not in self._paused:
            self._paused.add(source)
            source.pause_reading()

    async def _store_for_ever(self) -> None:
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                await self._store_some()
                if len(self._waiting) < CROWDED:
                    self._resume()

    async def _store_some(self) -> None:
        some = [self._waiting.popleft() for _ in range(min(AT_A_TIME, len(self._waiting)))]
        try:
            await self._store([item for item, _, _ in some])
        except Exception:  # unconfirmed, these come again; others must not wait for them
            self._log.exception("what a carrier sent could not be stored", items=len(some))
            return
        confirmations: dict[Source, list[bytes]] = {}
        for _, source, confirmation in some:
            confirmations.setdefault(source, []).append(confirmation)
        for source, frames in confirmations.items():
            source.write(b"".join(frames))

    def _resume(self) -> None:
        while self._paused:
            self._paused.pop().resume_reading()
