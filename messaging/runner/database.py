"""Run database services from the event loop, on a few threads that keep their connections."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection, connections

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
ASK_S = 5.0
"""A connection is asked no more often than this whether it still works."""

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="database")
_aside = ThreadPoolExecutor(1, thread_name_prefix="leases")


async def in_database(service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a service on a database thread and return what it returns."""
    call = partial(_call, partial(service, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_pool, call)


async def in_database_aside(service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same on a thread of its own, in the order of the calls: what slices must not delay."""
    call = partial(_call, partial(service, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_aside, call)


def disconnect() -> None:
    """Close the connections of all database threads; a later call connects anew."""
    together = threading.Barrier(THREADS)

    def close() -> None:
        together.wait()  # keeps each thread for one call, so that every one closes its own
        connections.close_all()

    wait([_aside.submit(connections.close_all), *(_pool.submit(close) for _ in range(THREADS))])


def _call(service: Callable[[], T]) -> T:
    """Asking each time would be a statement more for each; a failed one has it asked anyway."""
    if connection.errors_occurred or time.monotonic() > _asked.until:
        close_old_connections()  # one that broke is replaced before it is used
        _asked.until = time.monotonic() + ASK_S
    return service()


class _Asked(threading.local):
    until = 0.0


_asked = _Asked()
