"""The carrier process as a whole: its channels, its bell, its end."""

import asyncio
import hashlib
import os
import signal
import socket
import uuid

import structlog
from django.db import DatabaseError

from messaging.models import Channel

from .bell import Bell
from .channel import ChannelRunner
from .database import disconnect, in_database
from .pulse import in_words, tell_broken

log = structlog.get_logger(__name__)

LOOK_S = 5.0
"""How often to look for channels that were added, changed or switched off."""

Signature = tuple[object, ...]


class CarrierProcess:
    """Runs a `ChannelRunner` for every enabled channel; follows changes of their rows."""

    def __init__(self) -> None:
        self._owner = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._running: dict[int, tuple[Signature, asyncio.Task[None]]] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Carry messages until SIGTERM or SIGINT; then finish what is with the carriers."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        bell = Bell()
        listening = asyncio.create_task(bell.listen_for_ever())
        log.info("carrier process started", owner=self._owner)
        while not self._stopping.is_set():
            await self._follow_channels(bell)
            await self._wait_a_little()
        listening.cancel()
        await self._stop(list(self._running))
        await asyncio.to_thread(disconnect)
        log.info("carrier process stopped", owner=self._owner)

    async def _follow_channels(self, bell: Bell) -> None:
        try:
            channels = await in_database(_enabled_channels)
        except DatabaseError as error:
            log.error("cannot read the channels", error=type(error).__name__)
            return
        wanted = {channel.pk: channel for channel in channels}
        await self._stop(
            [
                pk
                for pk, (signature, task) in self._running.items()
                if pk not in wanted or signature != _signature(wanted[pk]) or task.done()
            ]
        )
        for pk, channel in wanted.items():
            if pk not in self._running:
                task = asyncio.create_task(self._carry(channel, bell))
                self._running[pk] = (_signature(channel), task)

    async def _carry(self, channel: Channel, bell: Bell) -> None:
        """Run one channel; settings that make no sense end this task, not the process."""
        owner = f"{self._owner}:{channel.pk}"
        try:
            runner = ChannelRunner(channel, owner=owner, bell=bell)
        except Exception as error:
            await tell_broken(channel.pk, owner=owner, error=in_words(error))
            raise
        await runner.run()

    async def _stop(self, pks: list[int]) -> None:
        stopped = [self._running.pop(pk)[1] for pk in pks]
        for task in stopped:
            task.cancel()
        for outcome in await asyncio.gather(*stopped, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(
                outcome, asyncio.CancelledError
            ):
                log.error("channel failed and will be started anew", exc_info=outcome)

    async def _wait_a_little(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._stopping.wait()
        except TimeoutError:
            pass


def _enabled_channels() -> list[Channel]:
    return list(Channel.objects.filter(is_enabled=True))


def _signature(channel: Channel) -> Signature:
    """What, when changed, needs the channel to be opened anew."""
    secrets = hashlib.sha256((channel.secrets_json or "").encode()).hexdigest()
    return (channel.connector, repr(channel.config), secrets, channel.window)
