from celery import shared_task
from celery.signals import worker_process_shutdown, worker_shutdown

from messaging.services import doorbell, push

RUN_S = 30.0
"""A run ends after this long even when more is due, so that a worker told to stop can."""


@shared_task(name="messaging.deliver_callbacks")
def deliver_callbacks() -> int:
    """Push due status reports; rings for another run when it had to stop early."""
    doorbell.answered(doorbell.CALLBACKS)
    attempted = push.push_due(budget_s=RUN_S)
    if push.has_due():
        doorbell.ring_callbacks()
    return attempted


@shared_task(name="messaging.sweep_callbacks")
def sweep_callbacks() -> None:
    """Ring for callbacks that nobody rang for: retries whose time came, and lost rings."""
    if push.has_due():
        doorbell.ring_callbacks()


@worker_process_shutdown.connect
@worker_shutdown.connect
def _close_kept_connections(**_: object) -> None:
    push.stop()
