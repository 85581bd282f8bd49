"""The channels that a carrier process holds: leased, kept while it lives, given back."""

import asyncio
import math
import os
import socket
import time
import uuid
from collections.abc import Callable, Sequence

import structlog
from django.db import Error

from messaging.services import leases
from messaging.services.leases import LEASE_S, Run, SessionRow

from .database import in_database_aside

log = structlog.get_logger(__name__)

BEAT_S = 1.0
"""How often leases are renewed and sessions are told of."""
GOOD_FOR_S = LEASE_S - BEAT_S
"""A lease is let go of so long after it was last renewed, before another process may take it."""


class Leases:
    """What this process may hold, by its own clock never longer than by the database's.

    `sessions` says how the sessions of its channels are; `lost` is called with a channel that is
    not its own any more: because another process has it, or because the database did not answer.
    """

    def __init__(
        self, *, sessions: Callable[[], Sequence[SessionRow]], lost: Callable[[int], None]
    ) -> None:
        host = socket.gethostname()
        self.run = Run(f"{host[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}", host[:64], os.getpid())
        self._sessions = sessions
        self._lost = lost
        self._good_until: dict[int, float] = {}
        self._is_ending = False

    def are_good(self, channel_id: int) -> bool:
        """Whether this process may write on a channel at this moment."""
        return time.monotonic() < self._good_until.get(channel_id, 0.0)

    async def keep_for_ever(self) -> None:
        """Renew the leases; let go of what was lost, as soon as it may be another's.

        Raises what is no fault of the database.
        """
        while True:
            beating = asyncio.create_task(self._beat())
            while not beating.done():
                await asyncio.wait([beating], timeout=BEAT_S)
                self._let_go({pk for pk in self._good_until if not self.are_good(pk)})
            beating.result()
            await asyncio.sleep(BEAT_S)

    async def take(self, channel_ids: Sequence[int], *, most: int) -> list[int]:
        """Lease so many of the channels at most, of those that nobody holds."""
        if self._is_ending or not channel_ids or most <= 0:
            return []
        began = time.monotonic()
        taken = await in_database_aside(
            leases.take, owner=self.run.owner, channel_ids=channel_ids, most=most
        )
        for pk, before in taken.items():
            self._good_until[pk] = began + GOOD_FOR_S
            if before:
                log.warning("took a channel over", channel_id=pk, inherited_from=before)
        return list(taken)

    async def share(self, channels: int) -> int:
        """How many of so many channels this process carries beside the others that live."""
        others = await in_database_aside(leases.others, owner=self.run.owner)
        return math.ceil(channels / (1 + others))

    async def give_back(self, channel_id: int) -> None:
        """Let others have a channel; its sessions are closed."""
        if self._good_until.pop(channel_id, None) is None:
            return
        try:
            await in_database_aside(leases.give_back, owner=self.run.owner, channel_id=channel_id)
        except Error as error:
            log.warning("a lease is left to run out", error=type(error).__name__)

    async def retire(self) -> None:
        """Take nothing more; what is held is kept until it is given back."""
        self._is_ending = True
        try:
            await in_database_aside(leases.retire, owner=self.run.owner)
        except Error as error:
            log.warning("this process is left to be swept away", error=type(error).__name__)

    async def _beat(self) -> None:
        began, held = time.monotonic(), set(self._good_until)
        try:
            renewed = await self._renew(held)
        except Error as error:
            log.error("cannot renew leases", error=type(error).__name__)
            return
        for pk in renewed & self._good_until.keys():
            self._good_until[pk] = began + GOOD_FOR_S
        self._let_go(held - renewed)

    async def _renew(self, held: set[int]) -> set[int]:
        if self._is_ending:
            return await in_database_aside(leases.renew, owner=self.run.owner, channel_ids=held)
        return await in_database_aside(
            leases.beat, run=self.run, channel_ids=held, sessions=self._sessions()
        )

    def _let_go(self, channel_ids: set[int]) -> None:
        for pk in channel_ids & self._good_until.keys():
            del self._good_until[pk]
            log.error("a channel is not ours any more; its sessions end", channel_id=pk)
            self._lost(pk)
