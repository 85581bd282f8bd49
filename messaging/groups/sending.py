"""Start due tasks, and send their slices: each exactly once, whoever dies when."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Refusal
from messaging.models import GroupRow, GroupSlice, GroupTask
from messaging.services.accept import accept_group_slice
from messaging.services.charging import NotPaid

from .preconditions import refuse_unless_still_met
from .schedule import refuse_outside_window
from .states import State, advance
from .wording import in_language_of

log = structlog.get_logger(__name__)

LATE = timedelta(hours=24)
"""A task that could not start for this long after its time is cancelled (ruling 28)."""

_STARTS_AT_ONCE = 100


def start_due(now: datetime) -> int:
    """Let tasks begin whose time has come: PENDING → SUBMITTING; return how many were handled.

    Those that may no longer be sent become FAILED, those a day late CANCELED, both with a reason.
    Rows are locked, and skipped while others hold them, so two callers never start one task.
    """
    with transaction.atomic():
        due = list(
            GroupTask.objects.filter(state=State.PENDING, scheduled_at__lte=now)
            .select_related(
                "customer", "application", "signature", "template__version", "created_by"
            )
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("scheduled_at", "id")[:_STARTS_AT_ONCE]
        )
        for task in due:
            with in_language_of(task):
                _start(task, now)
    return len(due)


def send_slices(task_id: int, *, budget: int) -> bool:
    """Send up to `budget` unsent slices of a task; return whether there may be more.

    May run any number of times and in several processes at once. A task whose customer's packages
    and balance are used up fails with that reason; what it sent so far goes on (console §2.5).
    """
    try:
        return all(_send_next(task_id) for _turn in range(budget))
    except NotPaid as refusal:
        _fail(task_id, refusal)
        return False


def _fail(task_id: int, refusal: NotPaid) -> None:
    this = GroupTask.objects.filter(pk=task_id)
    task = this.select_related("created_by").get()
    with in_language_of(task):
        reason = _("Sending stopped before the end. %(reason)s") % {"reason": refusal}
        advance(this, start=State.SUBMITTING, to=State.FAILED, failure=reason, finished_at=now())
    log.info("group task stopped, not paid", group_task=task_id, code=refusal.code)


def _start(task: GroupTask, now: datetime) -> None:
    this = GroupTask.objects.filter(pk=task.pk)
    if task.scheduled_at and task.scheduled_at <= now - LATE:
        reason = _("The task could not be started within 24 hours after its time. Create it again.")
        advance(this, start=State.PENDING, to=State.CANCELED, failure=reason, finished_at=now)
        log.warning("group task cancelled, a day late", group_task=task.pk)
        return
    try:
        refuse_unless_still_met(task)
        refuse_outside_window(now, message_type=task.template.type)
    except Refusal as refusal:
        advance(this, start=State.PENDING, to=State.FAILED, failure=str(refusal), finished_at=now)
        log.info("group task refused at its start", group_task=task.pk, code=refusal.code)
        return
    advance(this, start=State.PENDING, to=State.SUBMITTING, started_at=now)
    log.info("group task started", group_task=task.pk, numbers=task.valid_rows)


def _send_next(task_id: int) -> bool:
    """Send the first unsent slice that nobody holds; return False when there is none.

    The lock on the slice, its messages and the mark that it was sent live in one transaction: a
    sender that dies takes all three with it, and the slice is unsent again.
    """
    with transaction.atomic():
        slice_ = (
            GroupSlice.objects.filter(
                task_id=task_id, task__state=State.SUBMITTING, request_id__isnull=True
            )
            .select_related("task__signature", "task__template__version")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("first")
            .first()
        )
        if slice_ is None:
            return False
        rows = GroupRow.objects.filter(
            task_id=task_id, position__gte=slice_.first, position__lte=slice_.last
        )
        slice_.request_id = _accept(
            slice_.task, rows.order_by("position").values_list("recipient", "variables", "parts")
        )
        slice_.save(update_fields=["request_id"])
    return True


def _accept(task: GroupTask, rows: Iterable[tuple[str, list[str] | None, int]]) -> int:
    recipients, variables, parts = map(list, zip(*rows, strict=True))
    return accept_group_slice(
        task=task,
        recipients=recipients,
        variables=None if variables[0] is None else variables,
        parts=parts,
    )
