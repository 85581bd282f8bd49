"""Celery tasks of the Group SMS Assistant: doorbells around messaging.groups."""

from celery import shared_task

from common.clock import now
from messaging.groups import checking, doorbell, sending, unfinished

SLICES_PER_RUN = 20
"""After so many slices a sender queues again behind the others, so that tasks share the workers."""


@shared_task(name="messaging.check_group_file")
def check_group_file(task_id: int) -> None:
    checking.check(task_id)


@shared_task(name="messaging.send_group_slices")
def send_group_slices(task_id: int) -> None:
    doorbell.sending_began(task_id)
    if sending.send_slices(task_id, budget=SLICES_PER_RUN):
        doorbell.ring_send(task_id)


@shared_task(name="messaging.start_due_groups")
def start_due_groups() -> None:
    doorbell.starting_began()
    moment = now()
    sending.start_due(moment)
    unfinished.ring_workers()
    unfinished.finish(moment)
