"""Rings for the workers of group tasks; how rings work: messaging/services/doorbell.py."""

from messaging.services.doorbell import answered, ring_worker

CHECK = "messaging.check_group_file"
CHECK_LIST = "messaging.check_recipient_list"
SEND = "messaging.send_group_slices"
START = "messaging.start_due_groups"


def ring_check(task_id: int) -> None:
    """Have the file of a task checked."""
    ring_worker(CHECK, task_id)


def checking_began(task_id: int) -> None:
    """From now on a ring queues a new run: should this one die, it is not waited for."""
    answered(CHECK, task_id)


def ring_list(list_id: int) -> None:
    """Have the numbers of a recipient list counted."""
    ring_worker(CHECK_LIST, list_id)


def ring_send(task_id: int) -> None:
    """Have the unsent slices of a task sent."""
    ring_worker(SEND, task_id)


def sending_began(task_id: int) -> None:
    """From now on a ring queues a new run: this one stops at its budget."""
    answered(SEND, task_id)


def ring_start() -> None:
    """Have due tasks started now, without waiting for the next tick of the schedule."""
    ring_worker(START)


def starting_began() -> None:
    answered(START)
