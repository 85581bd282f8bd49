"""Rings for the workers of group tasks. The rows are the truth; a lost ring costs seconds.

A ring that still waits in the queue is not rung again, so that the sweep of every second adds no
second one behind it.
"""

import redis
import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

RING_AGAIN_S = 10
"""A ring that nobody answered for this long is taken for lost."""


def ring_check(task_id: int) -> None:
    """Have the file of a task checked."""
    _ring("messaging.check_group_file", task_id)


def ring_send(task_id: int) -> None:
    """Have the unsent slices of a task sent."""
    _ring("messaging.send_group_slices", task_id)


def sending_began(task_id: int) -> None:
    """From now on a ring queues a new run: this one stops at its budget."""
    try:
        cache.delete(_bell("messaging.send_group_slices", task_id))
    except redis.RedisError:
        log.warning("group doorbell not reset", group_task=task_id)


def ring_start() -> None:
    """Have due tasks started now, without waiting for the next tick of the schedule."""
    _send("messaging.start_due_groups")


def _ring(name: str, task_id: int) -> None:
    try:
        is_silent = cache.add(_bell(name, task_id), 1, RING_AGAIN_S)
    except redis.RedisError:
        log.warning("group doorbell not rung; the sweeper will", task=name, group_task=task_id)
        return
    if is_silent:
        _send(name, task_id)


def _send(name: str, *ids: int) -> None:
    try:
        current_app.send_task(name, args=ids)
    except OperationalError:
        log.warning("group doorbell not rung; the sweeper will", task=name)


def _bell(name: str, task_id: int) -> str:
    return f"bell:{name}:{task_id}"
