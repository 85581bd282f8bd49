"""The limit of pushing reports: a bare aiohttp loop that posts the same bodies."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import aiohttp

from .errors import BenchError
from .traffic import FORM


async def post(bodies: Sequence[bytes], *, url: str, connections: int) -> float:
    """Post all bodies over so many kept connections; return how many seconds it took.

    Raises ``BenchError`` when one is not answered with 200.
    """
    waiting = iter(bodies)
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(
        connector=connector, headers={"Content-Type": FORM}
    ) as session:
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(_post_next(session, url, waiting))
        return time.perf_counter() - started


async def _post_next(session: aiohttp.ClientSession, url: str, waiting: Iterator[bytes]) -> None:
    for body in waiting:
        async with session.post(url, data=body) as response:
            await response.read()
            if response.status != 200:
                raise BenchError(f"the receiver answered {response.status}")
