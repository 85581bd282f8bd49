"""The event loop of a worker process that posts to customers' addresses."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue

import structlog
from django.conf import settings

from common.clock import now
from common.outbound import Answer, Fault, Outbound

from .lanes import CONNECTIONS, Lane
from .payload import Push

log = structlog.get_logger(__name__)

GATHER_S = 0.01
"""Outcomes that come within this time of each other are handed over together."""

DNS_THREADS = 64
"""Names that never resolve hold a thread each; the others must still find one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a push; no answer when it was not sent because its lane broke before."""

    push: Push
    lane: Lane
    answer: Answer | None


class Poster:
    """Posts pushes in the loop of the process and collects what comes of them."""

    def __init__(self) -> None:
        self._loop = _loop()
        self._outbound = _outbound()
        self._tasks: set[asyncio.Task[None]] = set()
        self._fresh: list[Outcome] = []
        self._gathered: SimpleQueue[list[Outcome]] = SimpleQueue()

    def send(self, lane: Lane, pushes: Sequence[Push]) -> None:
        """Begin to send; returns at once. Each push has its outcome gathered later."""
        self._loop.call_soon_threadsafe(self._start, lane, pushes)

    def gather(self, *, timeout_s: float) -> list[Outcome]:
        """The outcomes that have come since the last call; waits for the first of them."""
        outcomes: list[Outcome] = []
        try:
            outcomes += self._gathered.get(timeout=timeout_s)
            while True:
                outcomes += self._gathered.get_nowait()
        except Empty:
            return outcomes

    def _start(self, lane: Lane, pushes: Sequence[Push]) -> None:
        lane.queue.extend(pushes)
        for _ in range(min(CONNECTIONS - lane.senders, len(pushes))):
            lane.senders += 1
            task = self._loop.create_task(self._send_queued(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send_queued(self, lane: Lane) -> None:
        """One of the senders of a lane, each with one push under way, until none is queued."""
        try:
            while lane.queue:
                push = lane.queue.popleft()
                answer = None if lane.is_broken else await self._answer(push)
                if not self._fresh:
                    self._loop.call_later(GATHER_S, self._hand_over)
                self._fresh.append(Outcome(push, lane, answer))
        finally:
            lane.senders -= 1

    async def _answer(self, push: Push) -> Answer:
        try:
            headers = push.headers(now())
            return await self._outbound.post(push.url, data=push.body, headers=headers)
        except Exception:  # one push that cannot even be tried must not hold up the run
            log.exception("push not possible")
            return Answer(None, 0, b"", Fault.INVALID_URL)

    def _hand_over(self) -> None:
        self._gathered.put(self._fresh)
        self._fresh = []


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """Send one POST from outside the loop and wait for its answer."""
    posting = _outbound().post(url, data=body, headers=headers)
    return asyncio.run_coroutine_threadsafe(posting, _loop()).result()


def stop() -> None:
    """Close the kept connections; the next post begins anew."""
    asyncio.run_coroutine_threadsafe(_outbound().close(), _loop()).result()
    _outbound.cache_clear()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = _new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="callback-dns"))
    threading.Thread(target=loop.run_forever, name="callback-loop", daemon=True).start()
    return loop


@cache
def _outbound() -> Outbound:
    return Outbound(allowed_networks=settings.OUTBOUND_ALLOWED_NETWORKS)


def _new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # no wheel for this platform
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
