"""How far a group task is."""

from dataclasses import dataclass

from django.db import connection

from messaging.models import GroupTask, Message

_BY_STATE = """
SELECT message.state, count(*)
FROM messaging_groupslice AS slice
JOIN messaging_message AS message
  ON message.id BETWEEN slice.request_id AND slice.request_id + slice.last - slice.first
WHERE slice.task_id = %s
GROUP BY message.state
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of a task: `total` is the sum of the four others."""

    total: int
    waiting: int
    """Not handed to the carrier yet."""

    sent: int
    """Handed over, without a status report."""

    delivered: int
    failed: int


def progress_of(task: GroupTask) -> Progress:
    """Count the task's good rows by what has become of them."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_STATE, [task.pk])
        counts = dict(cursor.fetchall())
    state = Message.State
    sent = counts.get(state.SUBMITTED, 0) + counts.get(state.UNKNOWN, 0)
    delivered = counts.get(state.DELIVERED, 0)
    failed = counts.get(state.FAILED, 0) + counts.get(state.EXPIRED, 0)
    total = task.valid_rows
    return Progress(total, total - sent - delivered - failed, sent, delivered, failed)
