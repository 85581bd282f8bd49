"""Celery tasks of exports: doorbells around messaging.exports."""

from celery import shared_task

from common.clock import now
from messaging.exports import asking, ending, writing
from messaging.services import doorbell

RUN_S = 5.0
"""A run ends after so long and queues again behind the other tasks."""


@shared_task(name=asking.WRITE)
def write_exports() -> None:
    doorbell.answered(asking.WRITE)
    if writing.write_due(budget_s=RUN_S):
        asking.ring()


@shared_task(name="messaging.expire_exports")
def expire_exports() -> int:
    """Remove the files of exports whose time is over."""
    return ending.expire(now())
