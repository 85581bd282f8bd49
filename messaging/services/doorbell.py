"""Rings that wake a process up. Losing one costs seconds, never work: sweepers look anyway.

Carrier processes are rung through PostgreSQL, workers through the broker. A ring that a worker has
not answered yet is not rung again, so that a thousand events make one queued task.
"""

import threading
import time

import redis
import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError

from common.sql import slice_cursor

log = structlog.get_logger(__name__)

READY = "sms_ready"
"""The PostgreSQL notification channel on which carrier processes listen."""

QUIET_S = 0.02
"""A carrier process waits at least this long between the ring and its claim, so a further ring
within it would say nothing new."""

# A ring is lost with the server anyway, so nobody waits for its commit to be flushed.
_RING = "SELECT pg_notify(%s, ''), set_config('synchronous_commit', 'off', true)"

CALLBACKS = "messaging.deliver_callbacks"

RING_AGAIN_S = 10
"""A ring that no worker answered for this long is taken for lost."""

_last_ring = 0.0
_lock = threading.Lock()


def ring_carrier() -> None:
    """Tell carrier processes that messages wait. Call after the commit that made them visible.

    Not inside that transaction: a notifying commit holds a lock of the whole database while its
    log is flushed, which would line up all accepting connections one behind the other.
    """
    global _last_ring
    with _lock:
        moment = time.monotonic()
        if moment - _last_ring < QUIET_S:
            return
        _last_ring = moment
    with slice_cursor() as cursor:
        cursor.execute(_RING, [READY])


def ring_callbacks() -> None:
    """Have due status reports pushed."""
    ring_worker(CALLBACKS)


def ring_worker(task: str, *ids: int) -> None:
    """Queue a task of these ids, unless its last ring still waits for a worker."""
    try:
        is_silent = cache.add(_bell(task, *ids), 1, RING_AGAIN_S)
        if is_silent:
            current_app.send_task(task, args=ids)
    except (redis.RedisError, OperationalError):
        log.warning("doorbell not rung; the sweeper will", task=task, ids=ids)


def answered(task: str, *ids: int) -> None:
    """A worker begins: from now on a ring queues a new run, as this one may miss what follows."""
    try:
        cache.delete(_bell(task, *ids))
    except redis.RedisError:
        log.warning("doorbell not reset", task=task, ids=ids)


def _bell(task: str, *ids: int) -> str:
    return ":".join(["bell", task, *map(str, ids)])
