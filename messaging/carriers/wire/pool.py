"""The links of a channel: opened, kept open, and each message given to one of them."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from messaging.carriers.base import SessionState

from .backoff import BackOff
from .link import Link
from .terms import Terms
from .transit import Part, Transit

STEADY_S = 30.0
"""A link that lasted so long was no failed attempt: the next wait is short again."""

Connect = Callable[[], Awaitable[Link]]
"""Connects and logs in; raises any error where that fails."""


@dataclass(slots=True)
class Seat:
    """A place for a link: how to open it, the one that was opened last, and why none is up."""

    name: str
    connect: Connect
    link: Link | None = None
    error: str = ""

    def state(self) -> SessionState:
        """How its session is now."""
        link = self.link
        if link is None:
            return SessionState(self.name, None, 0, 0, self.error)
        return SessionState(
            self.name, link.up_for_s, link.in_flight, link.written, link.error or self.error
        )


class Pool:
    """Keeps one link per seat open until it is closed."""

    def __init__(self, seats: Sequence[Seat], *, terms: Terms, log: Any) -> None:
        self.seats = seats
        self._terms = terms
        self._log = log
        self._keepers: list[asyncio.Task[None]] = []
        self.links: list[Link] = []
        """Those that are up."""
        self.error = ""
        """Why the last link failed or ended."""

    @property
    def is_up(self) -> bool:
        """Whether messages can be submitted."""
        return any(link.is_taking for link in self.links)

    @property
    def is_whole(self) -> bool:
        """Whether no link is missing."""
        return len(self.links) == len(self.seats)

    async def open(self) -> None:
        """Open all links; raises the first error when none of them can submit then.

        Those that fail while another is up are tried again in the background.
        """
        try:
            attempts = await asyncio.gather(
                *(self._connect(seat) for seat in self.seats), return_exceptions=True
            )
        except asyncio.CancelledError:
            for link in self.links:
                link.abort("not wanted any more")
            raise
        errors = [attempt for attempt in attempts if isinstance(attempt, BaseException)]
        if not self.is_up:
            await self._leave_all()
            raise errors[0] if errors else ConnectionError(self.error)
        for seat, attempt in zip(self.seats, attempts, strict=True):
            opened = attempt if isinstance(attempt, Link) else None
            self._keepers.append(asyncio.create_task(self._keep(seat, opened)))

    def cut(self, error: str) -> None:
        """End all links now and open none again."""
        for keeper in self._keepers:
            keeper.cancel()
        for link in list(self.links):
            link.abort(error)

    async def close(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await self._leave_all()

    def give(self, transit: Transit) -> None:
        """Queue all parts of a message on the link with the least to do (user-pain.md row 64)."""
        self._enqueue(transit.parts)

    def pump(self) -> None:
        """Write what was queued."""
        for link in self.links:
            link.pump()

    def link_lost(self, link: Link, unwritten: Sequence[Part]) -> None:
        """Give what a link had not written to another one; without one, it waits elsewhere."""
        if link in self.links and not link.is_up:
            self.links.remove(link)
            self.error = link.error
        for _, parts in itertools.groupby(unwritten, key=lambda part: id(part.transit)):
            self._enqueue(list(parts))
        self.pump()

    def _enqueue(self, parts: Sequence[Part]) -> None:
        taking = [link for link in self.links if link.is_taking]
        if taking:
            min(taking, key=lambda link: link.load).enqueue(parts)
            return
        for part in parts:
            part.settle(None)

    async def _connect(self, seat: Seat) -> Link:
        try:
            link = await seat.connect()
        except Exception as error:
            seat.error = str(error) or type(error).__name__
            raise
        seat.link, seat.error = link, ""
        link.start()
        self.links.append(link)
        link.log.info("link up")
        return link

    async def _keep(self, seat: Seat, link: Link | None) -> None:
        """Await the end of a link and open it again, for ever."""
        back_off = BackOff(first_s=self._terms.reconnect_s, most_s=self._terms.reconnect_at_most_s)
        while True:
            if link is None:
                await asyncio.sleep(back_off.next_s())
                link = await self._try(seat)
                continue
            began = time.monotonic()
            await link.ended.wait()
            link.log.warning("link down", error=link.error)
            if time.monotonic() - began >= STEADY_S:
                back_off.reset()
            link = None

    async def _try(self, seat: Seat) -> Link | None:
        try:
            return await self._connect(seat)
        except Exception:  # of whatever kind: another attempt follows
            self.error = seat.error
            self._log.warning("cannot connect to the carrier", error=self.error)
            return None

    async def _leave_all(self) -> None:
        await asyncio.gather(*(link.leave() for link in list(self.links)))
