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
CLOSE_S = 1.0
"""How long a look waits for channels that close: a carrier that answers late holds up no other."""

Signature = tuple[object, ...]


class CarrierProcess:
    """Runs a `ChannelRunner` for every enabled channel; follows changes of their rows."""

    def __init__(self) -> None:
        self._owner = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._running: dict[int, tuple[Signature, asyncio.Task[None]]] = {}
        self._leaving: dict[int, asyncio.Task[None]] = {}
        self._runners: dict[int, ChannelRunner] = {}
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
        self._leave(list(self._running))
        await self._see_off(timeout_s=None)
        await asyncio.to_thread(disconnect)
        log.info("carrier process stopped", owner=self._owner)

    async def _follow_channels(self, bell: Bell) -> None:
        try:
            channels = await in_database(_enabled_channels)
        except DatabaseError as error:
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
        await self._see_off(timeout_s=CLOSE_S)
        for pk, channel in wanted.items():
            if pk not in self._running and pk not in self._leaving:
                task = asyncio.create_task(self._carry(channel, bell))
                self._running[pk] = (_signature(channel), task)

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
        owner = f"{self._owner}:{channel.pk}"
        try:
            runner = ChannelRunner(channel, owner=owner, bell=bell)
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
