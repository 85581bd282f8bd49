"""Send due status reports to customers' addresses: the engine of the callback worker.

One event loop and one HTTP session live as long as the worker process; connections to receivers
are kept between slices (libraries: a new session per slice would halve the rate).
"""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache

import structlog
from django.conf import settings

from common.outbound import Outbound

from .callback import Attempt, DueCallback, claim_due, record_attempts

log = structlog.get_logger(__name__)

SLICE = 1000
CONCURRENCY = 100
"""Requests under way at a time in one worker process."""


def push_due(*, budget_s: float) -> int:
    """Attempt due callbacks until none is due or `budget_s` seconds are over; return how many.

    While one slice is being pushed, the outcome of the one before is stored and the next claimed.
    """
    attempted = 0
    deadline = time.monotonic() + budget_s
    under_way: Future[list[Attempt]] | None = None
    while True:
        due = claim_due(limit=SLICE) if time.monotonic() < deadline else []
        pushing = asyncio.run_coroutine_threadsafe(_pusher().push(due), _loop()) if due else None
        if under_way:
            _record(under_way.result())
        elif not pushing:
            return attempted
        attempted += len(due)
        under_way = pushing


def _record(attempts: Sequence[Attempt]) -> None:
    record_attempts(attempts)
    failed = sum(not attempt.is_acknowledged for attempt in attempts)
    if failed:
        log.info("callbacks not acknowledged", failed=failed, attempted=len(attempts))


def stop() -> None:
    """Close the kept connections; the next push begins anew."""
    asyncio.run_coroutine_threadsafe(_pusher().close(), _loop()).result()
    _pusher.cache_clear()


class Pusher:
    """Posts reports; lives in the event loop of the worker process."""

    def __init__(self) -> None:
        self._outbound = Outbound(allowed_networks=settings.OUTBOUND_ALLOWED_NETWORKS)
        self._slots = asyncio.Semaphore(CONCURRENCY)

    async def close(self) -> None:
        await self._outbound.close()

    async def push(self, due: Sequence[DueCallback]) -> list[Attempt]:
        return await asyncio.gather(*(self._attempt(callback) for callback in due))

    async def _attempt(self, callback: DueCallback) -> Attempt:
        async with self._slots:
            answer = await self._outbound.post(callback.url, data=callback.form())
        return Attempt(callback, answer.status, answer.error or "")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = _new_event_loop()
    threading.Thread(target=loop.run_forever, name="callback-loop", daemon=True).start()
    return loop


@cache
def _pusher() -> Pusher:
    return Pusher()


def _new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # no wheel for this platform
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
