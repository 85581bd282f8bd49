"""A connector for protocols with links, windows and confirmed reports; no protocol yet."""

import asyncio
import dataclasses
import ssl
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from messaging.carriers.base import (
    Answer,
    ChannelSettings,
    Connector,
    NotWrittenError,
    Receipt,
    ReceiptSink,
    SessionState,
    Submission,
    Uplink,
    UplinkSink,
)
from messaging.carriers.rate import TokenBucket

from .inbox import Inbox
from .journey import Journey
from .link import Link
from .pool import Pool, Seat
from .terms import Terms
from .trace import WireLog
from .transit import Transit

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_S = 10.0
LIMITS = ("submits_per_s", "submits_in_flight")
ADJUSTABLE = (*LIMITS, "wire_log_until")
"""The settings that links take up while they are open."""


class UnsendableError(Exception):
    """A message that the protocol has no room for; `code` is what the carrier would answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WireConnector(Connector):
    """Gives messages to its links and collects the answers, receipts and uplinks."""

    options: Any
    """The settings as a dataclass of the protocol."""
    _rate: TokenBucket | None
    _wire_log: WireLog

    def __init__(
        self, settings: ChannelSettings, receipts: ReceiptSink, uplinks: UplinkSink
    ) -> None:
        super().__init__(settings, receipts, uplinks)
        self.log = log.bind(channel=settings.name)
        self._seated: Sequence[Seat] = ()
        self._receipts: Inbox[Receipt] = Inbox(receipts, log=self.log)
        self._uplinks: Inbox[Uplink] = Inbox(uplinks, log=self.log)

    @abstractmethod
    def _read(self, settings: ChannelSettings) -> Any:
        """The `options` in a channel's settings; raises SettingError."""

    @abstractmethod
    def _terms(self) -> Terms:
        """What the carrier allows on a link."""

    @abstractmethod
    def _seats(self) -> list[Seat]:
        """The channel's links, and how to open each."""

    @abstractmethod
    def _bodies(self, submission: Submission) -> list[bytes]:
        """The body of the protocol message of each part; raises UnsendableError."""

    @property
    def links(self) -> Sequence[Link]:
        """The links that are up."""
        return [link for link in self._pool.links if link.is_up]

    @property
    def is_up(self) -> bool:
        return self._pool.is_up

    @property
    def sessions(self) -> Sequence[SessionState]:
        return [seat.state() for seat in self._seated]

    def cut(self) -> None:
        self._pool.cut("the channel belongs to another carrier process")

    def adjust(self, settings: ChannelSettings) -> bool:
        before, wanted = self.options, self._read(settings)
        changed = {name: getattr(wanted, name) for name in ADJUSTABLE}
        if dataclasses.replace(before, **changed) != wanted:
            return False
        is_limited_anew = any(getattr(before, name) != changed[name] for name in LIMITS)
        if is_limited_anew and not self._pool.is_whole:
            return False  # a link that is being opened would go by the limits of before
        self.settings, self.options = settings, wanted
        self._wire_log.change(wanted.wire_log_until)
        if is_limited_anew:
            self._rate = bucket(wanted.submits_per_s)
            for link in self._pool.links:
                link.limit(rate=self._rate, window=wanted.submits_in_flight)
        return True

    async def open(self) -> None:
        self._seated = self._seats()
        self._pool = Pool(self._seated, terms=self._terms(), log=self.log)
        self._receipts.open()
        self._uplinks.open()
        try:
            await self._pool.open()
        except BaseException:
            await self._close_inboxes()
            raise

    async def close(self) -> None:
        await self._pool.close()
        await self._close_inboxes()

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        if not self.is_up:
            raise NotWrittenError(self._pool.error or "no link to the carrier is up")
        if not submissions:
            return []
        journey = Journey(len(submissions))
        for submission in submissions:
            try:
                bodies = self._bodies(submission)
            except UnsendableError as error:
                journey.add(Answer(submission.message_id, error=error.code))
                continue
            self._pool.give(Transit(submission.message_id, bodies, journey.arrive))
        self._pool.pump()
        await journey.done()
        if journey.refusals:
            # The message counts as taken, so what became of these parts is a report's to say.
            moment = datetime.now(UTC)
            await self.receipts([Receipt(name, code, moment) for name, code in journey.refusals])
        return journey.answers

    async def _close_inboxes(self) -> None:
        await self._receipts.close()
        await self._uplinks.close()


async def connect(
    make: Callable[[], Link], *, host: str, port: int, tls: ssl.SSLContext | None = None
) -> Link:
    """Connect and log in; raises OSError, TimeoutError or LoginRefusedError."""
    loop = asyncio.get_running_loop()
    link: Link | None = None
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, link = await loop.create_connection(
                make, host, port, ssl=tls, server_hostname=host if tls else None
            )
            await link.log_in()
    except BaseException:
        if link is not None:
            link.abort("login failed")
        raise
    return link


def bucket(submits_per_s: float) -> TokenBucket | None:
    """The limit of parts a second that the links of a channel share; None for 0, no limit.

    A tenth of a second's worth may come at once: carriers count in short spans.
    """
    if not submits_per_s:
        return None
    return TokenBucket(submits_per_s, burst=submits_per_s / 10, at=time.monotonic())
