"""Run database services from the event loop, on a few threads that keep their connections."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
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
    close_old_connections()  # a connection that broke is replaced before it is used
    return service()
