"""Cut the rows of a task into slices, each of which becomes one request."""

from django.db import connection

from messaging.models import GroupSlice, GroupTask

SLICE_ROWS = 500
"""As many recipients as one call of the API may have (ruling 1)."""

_LEAST_ROWS = 10
"""Below this a slice costs more than it evens out."""

_CUT = """
INSERT INTO messaging_groupslice (task_id, first, last)
SELECT %(task)s, first, LEAST(first + %(size)s - 1, %(rows)s)
FROM generate_series(1, %(rows)s, %(size)s) AS first
"""


def cut_into_slices(task: GroupTask) -> None:
    """Make the slices of a task that has none: a second's worth each where it has a rate."""
    size = SLICE_ROWS
    if task.rate is not None:
        size = max(_LEAST_ROWS, min(size, task.rate))
    with connection.cursor() as cursor:
        cursor.execute(_CUT, {"task": task.pk, "size": size, "rows": task.valid_rows})


def cut_again(task: GroupTask) -> None:
    """Make the slices of a task anew that has not started."""
    GroupSlice.objects.filter(task=task).delete()
    cut_into_slices(task)
