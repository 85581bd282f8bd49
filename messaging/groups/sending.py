"""Start due tasks, and send their slices: each exactly once, whoever dies when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.sentences import worded
from common.sql import only_row, slice_cursor
from messaging.models import GroupTask
from messaging.policy import verdicts
from messaging.policy.thresholds import ThresholdReached
from messaging.services.accept import accept_group_slice

from . import blocks, pacing
from .preconditions import refuse_unless_still_met
from .schedule import refuse_outside_window
from .states import State, advance

if TYPE_CHECKING:
    from common.errors import Sentence

log = structlog.get_logger(__name__)

LATE = timedelta(hours=24)
"""A task that could not start for this long after its time is cancelled (ruling 28)."""

_STARTS_AT_ONCE = 100
_RELATED = ("customer", "application", "signature", "template__version")


def start_due(now: datetime) -> int:
    """Let tasks begin whose time has come: PENDING → SUBMITTING; return how many were handled.

    Those that may no longer be sent become FAILED, those a day late CANCELED, both with a reason.
    Rows are locked, and skipped while others hold them, so two callers never start one task.
    """
    with transaction.atomic():
        due = list(
            GroupTask.objects.filter(state=State.PENDING, scheduled_at__lte=now)
            .select_related(*_RELATED)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("scheduled_at", "id")[:_STARTS_AT_ONCE]
        )
        for task in due:
            _start(task, now)
    return len(due)


def send_slices(task_id: int, *, budget: int) -> bool:
    """Send up to `budget` unsent slices of a task; return whether more may be sent at once.

    May run any number of times; of several processes one sends at a time. False also when the
    task is far enough ahead of the carrier or of its rate: the next tick goes on. Where it may
    not be sent on - template or signature out of use, packages, balance or a threshold used up,
    promotions at night - it is paused with the reason, and what was accepted so far goes on.
    """
    with _only_sender(task_id) as is_only:
        if not is_only:
            return False
        task = GroupTask.objects.select_related(*_RELATED).get(pk=task_id)
        if task.state != State.SUBMITTING:
            return False
        try:
            return _send(task, budget)
        except Refusal as refusal:
            if isinstance(refusal, ThresholdReached):
                refusal.tell()
            _pause(task, refusal)
            return False


@contextmanager
def _only_sender(task_id: int) -> Iterator[bool]:
    """Whether no other process sends slices of this task; the lock dies with its connection."""
    with slice_cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, task_id % 2**31])
        (is_only,) = only_row(cursor)
    try:
        yield is_only
    finally:
        if is_only:
            with slice_cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, task_id % 2**31])


_LOCKS = 0x67726F75
"""The class of these locks: other parts of the product take locks of their own."""


def _send(task: GroupTask, budget: int) -> bool:
    moment = now()
    refuse_unless_still_met(task)
    refuse_outside_window(moment, message_type=task.template.type)
    room = pacing.room(task, moment)
    for _turn in range(budget):
        if room <= 0:
            return False
        accepted = _send_next(task)
        if not accepted:
            return False
        room -= accepted
    return True


def _pause(task: GroupTask, refusal: Refusal) -> None:
    this = GroupTask.objects.filter(pk=task.pk)
    reason = worded(_("Sending stopped before the end. %(reason)s"), reason=refusal)
    advance(this, start=State.SUBMITTING, to=State.PAUSED, failure=reason)
    log.info("group task paused", group_task=task.pk, code=refusal.code)


def _start(task: GroupTask, now: datetime) -> None:
    this = GroupTask.objects.filter(pk=task.pk)
    reason: Sentence
    if task.scheduled_at and task.scheduled_at <= now - LATE:
        reason = _("The task could not be started within 24 hours after its time. Create it again.")
        advance(this, start=State.PENDING, to=State.CANCELED, failure=reason, finished_at=now)
        log.warning("group task cancelled, a day late", group_task=task.pk)
        return
    try:
        refuse_unless_still_met(task)
        refuse_outside_window(now, message_type=task.template.type)
    except Refusal as refusal:
        reason = worded(_("Nothing was sent. %(reason)s"), reason=refusal)
        advance(this, start=State.PENDING, to=State.FAILED, failure=reason, finished_at=now)
        log.info("group task refused at its start", group_task=task.pk, code=refusal.code)
        return
    advance(this, start=State.PENDING, to=State.SUBMITTING, started_at=now, paced_at=now)
    log.info("group task started", group_task=task.pk, numbers=task.valid_rows)


# Only while the task is being sent: a pause holds from the next slice on.
_NEXT = """
SELECT slice.id, slice.first, slice.last FROM messaging_groupslice AS slice
WHERE slice.task_id = %(task)s AND slice.request_id IS NULL
  AND EXISTS (SELECT FROM messaging_grouptask WHERE id = %(task)s AND state = %(submitting)s)
ORDER BY slice.first LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_SENT = """
WITH slice AS (
    UPDATE messaging_groupslice SET request_id = %(request)s WHERE id = %(slice)s
)
UPDATE messaging_grouptask SET accepted_rows = accepted_rows + %(count)s WHERE id = %(task)s
"""


def _send_next(task: GroupTask) -> int:
    """Send the first unsent slice that nobody holds; return its numbers, 0 when there is none.

    The lock on the slice, its messages and the mark that it was sent live in one transaction: a
    sender that dies takes all three with it, and the slice is unsent again.
    """
    with verdicts.all_or_nothing(), slice_cursor() as cursor:
        cursor.execute(_NEXT, {"task": task.pk, "submitting": State.SUBMITTING.value})
        found = cursor.fetchone()
        if found is None:
            return 0
        slice_id, first, last = found
        rows = blocks.columns(cursor, task_id=task.pk, first=first, last=last)
        count = len(rows.recipients)
        request_id = accept_group_slice(
            task=task, recipients=rows.recipients, variables=rows.variables, parts=rows.parts
        )
        parameters = {"request": request_id, "slice": slice_id, "count": count, "task": task.pk}
        cursor.execute(_SENT, parameters)
    return count
