"""What a carrier process tells of a channel: gathered by the slice, stored every few seconds."""

import asyncio
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError

from messaging.models import ChannelHealth
from messaging.services import health
from messaging.services.health import Beat, Counts

from .database import in_database

log = structlog.get_logger(__name__)

BEAT_S = 2.0


class Pulse:
    """The health of one channel; a change of its state is stored at once."""

    def __init__(self, channel_id: int, *, owner: str, is_throttled: Callable[[], bool]) -> None:
        self._channel_id = channel_id
        self._owner = owner
        self._is_throttled = is_throttled
        self._state = ChannelHealth.State.STARTING
        self._error = ""
        self._counts = Counts()
        self._beat_at = time.monotonic()
        self._changed = asyncio.Event()
        self._is_over = False

    @property
    def is_up(self) -> bool:
        return self._state == ChannelHealth.State.UP

    def up(self) -> None:
        """The channel carries messages."""
        self._change(ChannelHealth.State.UP, "")

    def down(self, error: str) -> None:
        """Nothing can be written; `error` says why, in words for operations."""
        self._change(ChannelHealth.State.DOWN, error)

    def count(self, counts: Counts) -> None:
        self._counts.add(counts)

    async def beat_until_over(self) -> None:
        """Store it every `BEAT_S` seconds and at each change, a last time after `end`."""
        while not self._is_over:
            self._changed.clear()
            await self._beat()
            try:
                async with asyncio.timeout(BEAT_S):
                    await self._changed.wait()
            except TimeoutError:
                pass
        await self._beat()

    def end(self, error: str) -> None:
        """The process leaves the channel."""
        self._is_over = True
        self.down(error)
        self._changed.set()

    async def _beat(self) -> None:
        """Store how the channel is; what was counted is kept when the database does not answer."""
        moment = time.monotonic()
        counts, self._counts = self._counts, Counts()
        beat = Beat(
            channel_id=self._channel_id,
            owner=self._owner,
            state=self._state,
            error=self._error,
            is_throttled=self._is_throttled(),
            counts=counts,
            elapsed_s=moment - self._beat_at,
        )
        self._beat_at = moment
        try:
            await in_database(health.record, beat)
        except DatabaseError as error:
            self._counts.add(counts)
            log.error("cannot store the health of a channel", error=type(error).__name__)

    def _change(self, state: ChannelHealth.State, error: str) -> None:
        if (state, error) != (self._state, self._error):
            self._state, self._error = state, error
            self._changed.set()


async def tell_broken(channel_id: int, *, owner: str, error: str) -> None:
    """Say that a channel cannot even be tried."""
    pulse = Pulse(channel_id, owner=owner, is_throttled=lambda: False)
    pulse.end(error)
    await pulse.beat_until_over()


def in_words(error: Exception) -> str:
    """An error as operations read it."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
