"""Group tasks and lists that are not done: wake up whoever is to go on with them."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.clock import now
from messaging.models import GroupSlice, GroupTask, RecipientList

from . import doorbell

_unsent = GroupSlice.objects.filter(task=OuterRef("pk"), request_id__isnull=True)


def has_any() -> bool:
    """Whether a task is due, is worked on or is still counted, or a list is being counted."""
    at_work = (GroupTask.State.CHECKING, GroupTask.State.SUBMITTING)
    tasks = GroupTask.objects.filter(
        Q(state=GroupTask.State.PENDING, scheduled_at__lte=now())
        | Q(state__in=at_work)
        | Q(started_at__isnull=False, is_counted=False)
    )
    lists = RecipientList.objects.filter(state=RecipientList.State.CHECKING)
    return tasks.exists() or lists.exists()


def ring_workers() -> None:
    """Ring for files that nobody checks, and for tasks that have unsent slices.

    Makes good for a lost ring and for a worker that died. A file being checked is locked and so
    left alone.
    """
    for task_id in _unlocked(GroupTask.objects.filter(state=GroupTask.State.CHECKING)):
        doorbell.ring_check(task_id)
    for list_id in _unlocked(RecipientList.objects.filter(state=RecipientList.State.CHECKING)):
        doorbell.ring_list(list_id)
    submitting = GroupTask.objects.filter(state=GroupTask.State.SUBMITTING)
    for task_id in submitting.filter(Exists(_unsent)).values_list("pk", flat=True):
        doorbell.ring_send(task_id)


def _unlocked(rows: "QuerySet[Any]") -> list[int]:
    """The ids of rows that no transaction holds."""
    with transaction.atomic():
        return list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
