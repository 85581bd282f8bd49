"""Listen for the ring that says messages wait."""

import asyncio

import psycopg
import structlog

from common.sql import conninfo
from messaging.services.doorbell import QUIET_S, READY

log = structlog.get_logger(__name__)

RECONNECT_S = 2.0


class Bell:
    """One listening connection for all channels of a process.

    A broken connection is made anew; what was rung meanwhile is found by the sweep.
    """

    def __init__(self) -> None:
        self._rung = asyncio.Condition()
        self._count = 0

    async def listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                log.warning("carrier bell lost its connection", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    async def wait(self, *, seen: int, timeout_s: float) -> int:
        """Wait for a ring after the `seen`-th one, or the timeout; return the count now."""
        try:
            async with asyncio.timeout(timeout_s), self._rung:
                await self._rung.wait_for(lambda: self._count != seen)
            await asyncio.sleep(
                2 * QUIET_S
            )  # rings in quick succession are swallowed: wait them out
        except TimeoutError:
            pass
        return self._count

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(conninfo(), autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {READY}")
            await self._ring()  # something may have come while nobody listened
            while True:
                await _readable(connection.fileno())
                async for _notification in connection.notifies(timeout=0):
                    await self._ring()

    async def _ring(self) -> None:
        async with self._rung:
            self._count += 1
            self._rung.notify_all()


async def _readable(file: int) -> None:
    """Wait until the server says something: psycopg alone would look ten times a second."""
    loop = asyncio.get_running_loop()
    said = asyncio.Event()
    loop.add_reader(file, said.set)
    try:
        await said.wait()
    finally:
        loop.remove_reader(file)
