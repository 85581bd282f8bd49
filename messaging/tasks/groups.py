"""Celery tasks of the Group SMS Assistant: doorbells around messaging.groups."""

from celery import shared_task

from common.clock import now
from messaging.groups import checking, counting, doorbell, lists, sending, unfinished

SLICES_PER_RUN = 20
"""After so many slices a sender queues again behind the others, so that tasks share the workers."""


@shared_task(name="messaging.check_group_file")
def check_group_file(task_id: int) -> None:
    doorbell.checking_began(task_id)
    checking.check(task_id)


@shared_task(name="messaging.check_recipient_list")
def check_recipient_list(list_id: int) -> None:
    lists.check(list_id)


@shared_task(name="messaging.send_group_slices")
def send_group_slices(task_id: int) -> None:
    doorbell.sending_began(task_id)
    if sending.send_slices(task_id, budget=SLICES_PER_RUN):
        doorbell.ring_send(task_id)


@shared_task(name="messaging.start_due_groups")
def start_due_groups() -> None:
    """Every second: start what is due, wake up who is to go on, count what became of it."""
    doorbell.starting_began()
    sending.start_due(now())
    unfinished.ring_workers()
    counting.count_due(now())
