"""The carrier process as a whole: its channels, its bell, its end."""

import asyncio
import hashlib
import signal
from functools import partial

import structlog
from django.db import Error

from messaging.models import Channel

from .bell import Bell
from .channel import ChannelRunner
from .database import disconnect, in_database
from .leases import Leases
from .pulse import in_words, tell_broken
from .roster import Roster

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""How often to look for channels that were added, changed, switched off or left by others."""
REST_S = 5.0
"""A channel that failed is left alone for so long."""
CLOSE_S = 1.0
"""How long a look waits for channels that close: a carrier that answers late holds up no other."""

Signature = tuple[object, ...]


class CarrierProcess:
    """Runs a `ChannelRunner` for every enabled channel that it holds; follows their rows."""

    def __init__(self) -> None:
        self._running: dict[int, tuple[Signature, asyncio.Task[None]]] = {}
        self._leaving: dict[int, asyncio.Task[None]] = {}
        self._runners: dict[int, ChannelRunner] = {}
        self._resting: dict[int, float] = {}
        self._roster = Roster(self._runners)
        self._leases = Leases(sessions=self._roster.rows, lost=self._lost)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Carry messages until SIGTERM or SIGINT; then finish what is with the carriers.

        Ends by itself, and raises why, when leases cannot be kept.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        bell = Bell()
        listening = asyncio.create_task(bell.listen_for_ever())
        holding = asyncio.create_task(self._leases.keep_for_ever())
        holding.add_done_callback(lambda _: self._stopping.set())
        log.info("carrier process started", owner=self._leases.run.owner)
        while not self._stopping.is_set():
            await self._follow_channels(bell)
            await self._wait_a_little()
        listening.cancel()
        await self._leases.retire()
        self._leave(list(self._running))
        await self._see_off(timeout_s=None)
        holding.cancel()
        failures = await asyncio.gather(listening, holding, return_exceptions=True)
        await asyncio.to_thread(disconnect)
        log.info("carrier process stopped", owner=self._leases.run.owner)
        for failure in failures:
            if isinstance(failure, Exception):
                raise failure

    async def _follow_channels(self, bell: Bell) -> None:
        try:
            channels = await in_database(_enabled_channels)
            share = await self._leases.share(len(channels))
        except Error as error:
            log.error("cannot read the channels", error=type(error).__name__)
            return
        wanted = {channel.pk: channel for channel in channels}
        self._leave(
            [
                pk
                for pk, (_, task) in list(self._running.items())
                if pk not in wanted or task.done() or not self._follows(wanted[pk])
            ]
        )
        self._leave(list(self._running)[share:])
        await self._see_off(timeout_s=CLOSE_S)
        await self._take_up(wanted, bell, most=share - len(self._running))

    async def _take_up(self, wanted: dict[int, Channel], bell: Bell, *, most: int) -> None:
        """Run so many more of the channels at most, of those that nobody holds."""
        moment = asyncio.get_running_loop().time()
        idle = [
            pk
            for pk in wanted
            if pk not in self._running
            and pk not in self._leaving
            and self._resting.get(pk, moment) <= moment
        ]
        try:
            taken = await self._leases.take(idle, most=most)
        except Error as error:
            log.error("cannot take channels", error=type(error).__name__)
            return
        for pk in taken:
            task = asyncio.create_task(self._carry(wanted[pk], bell))
            self._running[pk] = (_signature(wanted[pk]), task)

    def _lost(self, pk: int) -> None:
        """A channel is not this process's any more: its sessions end now."""
        if runner := self._runners.get(pk):
            runner.cut()
        if pk in self._running:
            self._leave([pk])

    def _follows(self, channel: Channel) -> bool:
        """Whether a running channel goes by its settings as they are now, or does from now on."""
        signature, task = self._running[channel.pk]
        if signature == _signature(channel):
            return True
        runner = self._runners.get(channel.pk)
        if runner is None or not runner.adjust(channel):
            return False
        self._running[channel.pk] = (_signature(channel), task)
        return True

    async def _carry(self, channel: Channel, bell: Bell) -> None:
        """Run one channel; settings that make no sense end this task, not the process."""
        try:
            await self._run(channel, bell)
        finally:
            await self._leases.give_back(channel.pk)

    async def _run(self, channel: Channel, bell: Bell) -> None:
        owner = f"{self._leases.run.owner}:{channel.pk}"
        try:
            runner = ChannelRunner(
                channel,
                owner=owner,
                bell=bell,
                may_write=partial(self._leases.are_good, channel.pk),
            )
        except Exception as error:
            await tell_broken(channel.pk, owner=owner, error=in_words(error))
            raise
        self._runners[channel.pk] = runner
        try:
            await runner.run()
        finally:
            del self._runners[channel.pk]

    def _leave(self, pks: list[int]) -> None:
        """Tell channels to finish what is with the carrier and to close."""
        for pk in pks:
            self._leaving[pk] = self._running.pop(pk)[1]
            self._leaving[pk].cancel()

    async def _see_off(self, *, timeout_s: float | None) -> None:
        """Wait for the channels that close, so long at most; None is until all are closed."""
        if not self._leaving:
            return
        closed, _ = await asyncio.wait(self._leaving.values(), timeout=timeout_s)
        for pk, task in list(self._leaving.items()):
            if task not in closed:
                continue
            del self._leaving[pk]
            if not task.cancelled() and (error := task.exception()):
                log.error("channel failed and will be started anew", exc_info=error)
                self._resting[pk] = asyncio.get_running_loop().time() + REST_S

    async def _wait_a_little(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._stopping.wait()
        except TimeoutError:
            pass


def _enabled_channels() -> list[Channel]:
    return list(Channel.objects.filter(is_enabled=True))


def _signature(channel: Channel) -> Signature:
    """What a running channel goes by; it is opened anew where it cannot take a change up."""
    secrets = hashlib.sha256((channel.secrets_json or "").encode()).hexdigest()
    return (channel.connector, repr(channel.config), secrets, channel.window)
