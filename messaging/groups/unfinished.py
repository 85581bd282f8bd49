"""Group tasks that are not done: wake their workers up, and close them when nothing is open."""

from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from messaging.models import GroupSlice, GroupTask, Message

from . import doorbell
from .states import State, advance

_FIRST_OPEN = """
SELECT message.id
FROM messaging_groupslice AS slice
CROSS JOIN LATERAL (
    SELECT id FROM messaging_message
    WHERE id >= GREATEST(slice.request_id, %(from)s)
      AND id <= slice.request_id + slice.last - slice.first
      AND state < %(final)s
    ORDER BY id LIMIT 1
) AS message
WHERE slice.task_id = %(task)s AND slice.request_id + slice.last - slice.first >= %(from)s
ORDER BY slice.request_id
LIMIT 1
"""
_REMEMBER_S = 3600

_unsent = GroupSlice.objects.filter(task=OuterRef("pk"), request_id__isnull=True)


def ring_workers() -> None:
    """Ring for files that nobody checks, and for tasks that have unsent slices.

    Makes good for a lost ring and for a worker that died. A file being checked is locked and so
    left alone.
    """
    with transaction.atomic():
        unchecked = list(
            GroupTask.objects.filter(state=State.CHECKING)
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)
        )
    for task_id in unchecked:
        doorbell.ring_check(task_id)
    submitting = GroupTask.objects.filter(state=State.SUBMITTING)
    for task_id in submitting.filter(Exists(_unsent)).values_list("pk", flat=True):
        doorbell.ring_send(task_id)


def finish(now: datetime) -> None:
    """Close tasks whose numbers all have a status report: SUBMITTING → SUCCEEDED (console §9.3)."""
    submitting = GroupTask.objects.filter(state=State.SUBMITTING)
    for task_id in submitting.exclude(Exists(_unsent)).values_list("pk", flat=True):
        if _first_open(task_id) is None:
            this = GroupTask.objects.filter(pk=task_id)
            advance(this, start=State.SUBMITTING, to=State.SUCCEEDED, finished_at=now)


def _first_open(task_id: int) -> int | None:
    """The first message of a task that has no final state.

    Final states stay final, so the search goes on from the message that held it up last time: a
    few late reports in a million do not cost a full search every second.
    """
    key = f"group:{task_id}:first-open"
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST_OPEN,
            {"task": task_id, "final": Message.FIRST_FINAL.value, "from": cache.get(key, 0)},
        )
        first_open = next((message_id for (message_id,) in cursor), None)
    if first_open is not None:
        cache.set(key, first_open, _REMEMBER_S)
    return first_open
