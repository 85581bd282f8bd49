"""How many numbers of a task may be accepted now: no more than its channel will soon take.

What is accepted can be neither paused nor stopped, and the task's own rate may be lower than the
channel's. So a task runs only a few seconds ahead of the carrier.
"""

from datetime import datetime

from common.sql import only_row, slice_cursor
from messaging.models import GroupTask
from messaging.models.ids import live

AHEAD = 20_000
"""Numbers of one task that may wait for the carrier: two seconds of a quick channel."""

_WAITING = """
SELECT COALESCE(sum(count), 0) FROM messaging_sendrequest
WHERE group_task_id = %(task)s AND dispatch = 0 AND id BETWEEN %(floor)s AND %(ceiling)s
"""


def room(task: GroupTask, moment: datetime) -> int:
    """How many more numbers of a task may be accepted; 0 or less for none."""
    with slice_cursor() as cursor:
        cursor.execute(live(_WAITING), {"task": task.pk})
        room = AHEAD - int(only_row(cursor)[0])
    if task.rate is None:
        return room
    return min(room, _allowed(task, task.rate, moment))


def _allowed(task: GroupTask, rate: int, moment: datetime) -> int:
    """What the rate allows by now: each second's worth at the beginning of the second."""
    since = task.paced_at or task.started_at or moment
    seconds = (moment - since).total_seconds() + 1
    return int(rate * seconds) - (task.accepted_rows - task.paced_rows)
