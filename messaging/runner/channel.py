"""One channel of a carrier process: claim, submit, record; take over; store receipts."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError

from messaging.carriers import CONNECTORS
from messaging.carriers.base import (
    Answer,
    ChannelSettings,
    Connector,
    NotWrittenError,
    Receipt,
    SessionState,
    Submission,
    Uplink,
)
from messaging.models import Channel
from messaging.services import dispatch, report, uplink
from messaging.services.carrier_files import carrier_folder
from messaging.services.dispatch import Slice
from messaging.services.failover import fail_over
from messaging.services.health import Counts

from .bell import Bell
from .database import in_database
from .pace import BackOff, Pace
from .pulse import Pulse, in_words

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

SWEEP_S = 2.0
"""How often to look for messages when nobody rang."""
SLICES_UNDER_WAY = 3
"""While one slice is with the carrier, others are claimed and recorded."""
LINKS_S = 1.0
"""How often to ask a connector whether its links are up."""
RETRY_S = 1.0
OPEN_AGAIN_S = 1.0
OPEN_AGAIN_AT_MOST_S = 30.0
LEASE_LOOK_S, LEASE_LOOKS = 0.05, 20
"""How often to look whether the lease of the channel is renewed, and how many times."""
MESSAGES_PER_S = "messages_per_s"
"""The setting of every channel, whatever its connector, for the most messages a second."""
PACE_S = 0.02
"""Small slices are claimed no more often than this: what trickles in is carried together."""


_openings = itertools.count(1)


class ChannelRunner:
    """Carries the messages of one channel until its task is cancelled.

    `may_write` is asked right before messages are handed to the carrier.
    """

    _connector: Connector

    def __init__(
        self,
        channel: Channel,
        *,
        owner: str,
        bell: Bell,
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        self._id = channel.pk
        self._channel = channel
        self._is_open = False
        self._pace = Pace(
            window=channel.window, messages_per_s=channel.config.get(MESSAGES_PER_S, 0)
        )
        # Each opening has its own name: leases of an earlier one must not be renewed by this one.
        self._owner = f"{owner}:{next(_openings)}"
        self._pulse = Pulse(channel.pk, owner=owner, is_throttled=lambda: self._pace.is_held)
        self._bell = bell
        self._may_write = may_write
        self._slots = asyncio.Semaphore(SLICES_UNDER_WAY)
        self._under_way: set[asyncio.Task[None]] = set()
        self._claiming: asyncio.Future[Slice | None] | None = None
        self._log = log.bind(channel=channel.name)

    async def run(self) -> None:
        """Carry messages until cancelled; slices that are with the carrier then are finished.

        While the carrier cannot be reached the messages wait, or go over a backup channel.
        """
        beating = asyncio.create_task(self._pulse.beat_until_over())
        last_words = "The carrier process stopped."
        try:
            await self._open()
            await self._carry_until_cancelled()
        except Exception as error:
            last_words = in_words(error)
            raise
        finally:
            self._pulse.end(last_words)
            await asyncio.shield(beating)

    @property
    def sessions(self) -> list[SessionState]:
        """The sessions with the carrier as they are now."""
        return list(self._connector.sessions) if hasattr(self, "_connector") else []

    def cut(self) -> None:
        """End the sessions at once: the channel is another process's. `run` is to be cancelled."""
        if self._is_open:
            self._connector.cut()

    def adjust(self, channel: Channel) -> bool:
        """Take changed settings up while messages go on.

        False where the channel must be opened anew: for settings that its sessions are made of,
        and for senseless ones, of which the opening tells then.
        """
        before = self._channel
        if not self._is_open or channel.connector != before.connector:
            return False
        is_connectors = channel.secrets != before.secrets or _own(channel) != _own(before)
        try:
            if is_connectors and not self._connector.adjust(_settings(channel)):
                return False
            self._pace.change(
                window=channel.window, messages_per_s=channel.config.get(MESSAGES_PER_S, 0)
            )
        except (TypeError, ValueError):
            return False
        self._channel = channel
        self._log.info("channel took changed settings up")
        return True

    async def _carry_until_cancelled(self) -> None:
        self._is_open = True
        self._pulse.up()
        self._log.info("channel open")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_leases_for_ever())
                tasks.create_task(self._stand_in_for_ever())
                tasks.create_task(self._watch_links_for_ever())
                tasks.create_task(self._carry_for_ever())
        finally:
            self._is_open = False
            await asyncio.shield(self._finish())
            self._log.info("channel closed")

    async def _open(self) -> None:
        """Connect, however long it takes."""
        pause = BackOff(first_s=OPEN_AGAIN_S, most_s=OPEN_AGAIN_AT_MOST_S)
        while True:
            try:
                self._connector = self._connect()
                await self._connector.open()
                return
            except Exception as error:  # of whatever kind: the messages wait, other channels go on
                wait_s = pause.next_s()
                self._pulse.down(in_words(error))
                self._log.warning(
                    "channel down; its messages wait",
                    error=type(error).__name__,
                    again_in_s=round(wait_s, 1),
                )
            await asyncio.sleep(wait_s)

    def _connect(self) -> Connector:
        kind = CONNECTORS[self._channel.connector]
        return kind(_settings(self._channel), self._store, self._store_uplinks)

    async def _finish(self) -> None:
        """Finish what is with the carrier; give back what was claimed and not announced."""
        if self._claiming:
            await asyncio.wait([self._claiming])
        await asyncio.gather(*self._under_way)
        await self._connector.close()
        try:
            await in_database(dispatch.release, owner=self._owner)
        except DatabaseError as error:
            self._log.warning("leases are left to run out", error=type(error).__name__)

    async def _carry_for_ever(self) -> None:
        clock = asyncio.get_running_loop().time
        rings = 0
        while True:
            await self._slots.acquire()
            messages = await self._pace.permits()
            next_claim_at = clock() + PACE_S
            slice_ = await self._claim(messages)
            if slice_ is None:
                self._slots.release()
                rings = await self._bell.wait(seen=rings, timeout_s=SWEEP_S)
                continue
            if not slice_.request_ids:  # all of it was too late to be sent; look for more at once
                self._slots.release()
                continue
            self._pace.spend(len(slice_.submissions))
            task = asyncio.create_task(self._carry(slice_))
            self._under_way.add(task)
            task.add_done_callback(self._carried)
            if len(slice_.submissions) < self._channel.window // 2:
                await asyncio.sleep(next_claim_at - clock())

    def _carried(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._slots.release()

    async def _claim(self, messages: int) -> Slice | None:
        self._claiming = asyncio.ensure_future(
            in_database(dispatch.claim, channel_id=self._id, owner=self._owner, messages=messages)
        )
        try:
            # A claim goes on in its thread when this task is cancelled: `_finish` waits for it.
            return await asyncio.shield(self._claiming)
        except DatabaseError as error:
            self._log.error("cannot claim messages", error=type(error).__name__)
            return None

    async def _carry(self, slice_: Slice) -> None:
        """Announce a leased slice, submit it, store the answers."""
        if not await self._persist(dispatch.announce, slice_=slice_, owner=self._owner):
            self._log.warning("lease lost before submitting", requests=len(slice_.request_ids))
            return
        answers = await self._submit(slice_.submissions)
        settled = await self._persist(
            dispatch.record,
            channel_id=self._id,
            owner=self._owner,
            answers=answers,
            request_ids=slice_.request_ids,
            onward=slice_.onward,
        )
        submitted = sum(not answer.is_throttled for answer in answers)
        self._pulse.count(Counts(submitted=submitted, matched=settled, unknown=-settled))

    async def _submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Submit once, and slow the channel down when the carrier takes less than it is given."""
        if self._pace.is_held:  # claimed before the carrier throttled: no word of it into the rest
            return [Answer(one.message_id, is_throttled=True) for one in submissions]
        try:
            await self._wait_for_the_lease()
            answers = await self._connector.submit(submissions)
            self._pulse.up()
        except NotWrittenError as error:
            self._pulse.down(in_words(error))
            self._log.warning("nothing was written; the messages wait", messages=len(submissions))
            answers = [Answer(one.message_id, is_throttled=True) for one in submissions]
        except Exception:  # whatever it was, bytes may have been written: never submit again
            self._log.exception("submitting failed; the messages are unknown now")
            answers = [Answer(one.message_id) for one in submissions]
        throttled = sum(answer.is_throttled for answer in answers)
        if throttled:
            wait_s = self._pace.hold()
            self._log.warning("channel rests", messages=throttled, again_in_s=round(wait_s, 1))
        else:
            self._pace.release()
        return answers

    async def _wait_for_the_lease(self) -> None:
        """A process that was stopped for a while goes on once its lease is renewed."""
        for _ in range(LEASE_LOOKS):
            if self._may_write():
                return
            await asyncio.sleep(LEASE_LOOK_S)
        raise NotWrittenError("the lease of the channel ran out")

    async def _store(self, receipts: Sequence[Receipt]) -> None:
        """Take receipts from the connector; returns when they are safe."""
        self._pulse.count(
            await self._persist(report.record_receipts, channel_id=self._id, receipts=receipts)
        )

    async def _store_uplinks(self, uplinks: Sequence[Uplink]) -> None:
        """Take uplinks from the connector; returns when they are safe."""
        await self._persist(uplink.record_uplinks, channel_id=self._id, uplinks=uplinks)

    async def _watch_links_for_ever(self) -> None:
        """Tell of lost and restored links also while nothing is submitted."""
        while True:
            is_up = self._connector.is_up
            if is_up:
                self._pulse.up()
            elif is_up is False and self._pulse.is_up:
                self._pulse.down("no link to the carrier is up")
            await asyncio.sleep(LINKS_S)

    async def _stand_in_for_ever(self) -> None:
        """Take what waits for a channel that is down and has this one as its partner."""
        while True:
            if self._pulse.is_up:
                try:
                    moved = await in_database(fail_over, to_channel_id=self._id)
                    self._pulse.count(Counts(taken_over=moved))
                except DatabaseError as error:
                    self._log.error("cannot stand in", error=type(error).__name__)
            await asyncio.sleep(SWEEP_S)

    async def _keep_leases_for_ever(self) -> None:
        """Renew what this channel holds; take over what a dead process held."""
        while True:
            try:
                await in_database(dispatch.renew, owner=self._owner)
                await self._take_over()
            except DatabaseError as error:
                self._log.error("cannot keep leases", error=type(error).__name__)
            except Exception:  # a connector's: what it was asked about is taken over again later
                self._log.exception("cannot take over")
            await asyncio.sleep(min(SWEEP_S, settings.SMS_LEASE_S / 3))

    async def _take_over(self) -> None:
        owner = f"{self._owner}/takeover"
        doubtful = await in_database(dispatch.take_over, channel_id=self._id, owner=owner)
        if doubtful is None:
            return
        recollection = await self._connector.recall(doubtful)
        settled = await in_database(
            dispatch.resolve,
            channel_id=self._id,
            owner=owner,
            doubtful=doubtful,
            recollection=recollection,
        )
        self._pulse.count(Counts(matched=settled, unknown=-settled))
        self._log.warning(
            "took over from a process that died",
            in_doubt=len(doubtful),
            known_to_the_carrier=len(recollection.answers),
            never_sent=len(recollection.unseen),
        )

    async def _persist(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a service until the database takes it: what it carries must not be lost."""
        while True:
            try:
                return await in_database(service, *args, **kwargs)
            except DatabaseError as error:
                self._log.error(
                    "the database does not answer; trying again",
                    step=service.__name__,
                    error=type(error).__name__,
                )
                await asyncio.sleep(RETRY_S)


def _settings(channel: Channel) -> ChannelSettings:
    return ChannelSettings(
        channel.pk,
        channel.name,
        channel.config,
        carrier_folder(),
        settings.SMS_VIRTUAL_SPEED,
        channel.secrets,
    )


def _own(channel: Channel) -> dict[str, Any]:
    """What of a channel's settings its connector reads."""
    return {name: value for name, value in channel.config.items() if name != MESSAGES_PER_S}
