"""Recipients of group tasks: values go like those of messages, the numbers with the details.

The task itself stays with its figures. Saved recipient lists are the customer's own to delete.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from messaging.models import GroupBlock, GroupProblemBlock, GroupSlice, GroupTask

from .partitions import first_kept_day

BLOCKS = 200
"""Of 500 rows each, in one statement."""

_ERASE = """
UPDATE messaging_groupblock SET variables = NULL
WHERE (task_id, first) IN (
    SELECT block.task_id, block.first
    FROM messaging_groupblock AS block JOIN messaging_grouptask AS task ON task.id = block.task_id
    WHERE task.finished_at < %(limit)s AND block.variables IS NOT NULL LIMIT %(blocks)s
)
"""


def erase_values(moment: datetime) -> int:
    """Erase values and uploaded file of tasks that ended `SMS_VALUES_KEPT_S` ago.

    Returns how many blocks of rows lost their values.
    """
    limit = moment - timedelta(seconds=settings.SMS_VALUES_KEPT_S)
    _delete_files(GroupTask.objects.filter(finished_at__lt=limit).exclude(file=""))
    erased = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ERASE, {"limit": limit, "blocks": BLOCKS})
            count = int(cursor.rowcount)
        erased += count
        if count < BLOCKS:
            return erased


def drop_recipients(moment: datetime) -> int:
    """Delete the numbers of tasks older than details are kept; return how many tasks had some."""
    day = first_kept_day(moment)
    ended = Q(finished_at__date__lt=day) | Q(finished_at=None, created_at__date__lt=day)
    tasks = GroupTask.objects.filter(ended)
    old = list(tasks.filter(blocks__isnull=False).distinct().values_list("pk", flat=True))
    for task_id in old:
        for model in (GroupBlock, GroupProblemBlock, GroupSlice):
            model._base_manager.filter(task_id=task_id).delete()
    _delete_files(tasks.exclude(file=""))
    return len(old)


@transaction.atomic
def _delete_files(tasks: Iterable[Any]) -> None:
    for task in tasks:
        GroupTask.objects.filter(pk=task.pk).update(file="")
        transaction.on_commit(partial(task.file.storage.delete, task.file.name))
