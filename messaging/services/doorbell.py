"""Rings that wake a process up. Losing one costs seconds, never work: sweepers look anyway."""

import threading
import time

import redis
import structlog
from celery import current_app
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

READY = "sms_ready"
"""The PostgreSQL notification channel on which carrier processes listen."""

QUIET_S = 0.005
"""A carrier process waits at least this long between the ring and its claim, so a further ring
within it would say nothing new."""

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
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [READY])


def ring_callbacks() -> None:
    """Queue a callback run unless one is queued already and has not begun."""
    try:
        if _bells().set(CALLBACK_BELL, 1, nx=True, px=CALLBACK_BELL_MS):
            current_app.send_task("messaging.deliver_callbacks")
    except (redis.RedisError, OperationalError):
        log.warning("callback doorbell not rung; the sweeper will find the rows")


def callbacks_began() -> None:
    """From now on a ring queues a new run: what is written later may be missed by this one."""
    _bells().delete(CALLBACK_BELL)


CALLBACK_BELL = "sms:callbacks:bell"
CALLBACK_BELL_MS = 2000

_client: redis.Redis | None = None


def _bells() -> redis.Redis:
    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
    return _client
