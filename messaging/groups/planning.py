"""What a customer does with a checked task: confirm it for now or later, or cancel it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now, utc_stamp
from common.errors import Refusal
from customers.models import User
from customers.services import audit
from messaging.models import GroupTask

from . import doorbell
from .preconditions import refuse_unless_still_met
from .schedule import refuse_bad_time
from .states import State, advance

SLICE_ROWS = 500
"""As many recipients as one call of the API may have (ruling 1)."""


def confirm(*, task: GroupTask, scheduled_at: datetime | None, actor: User) -> GroupTask:
    """Release a checked task: it starts at `scheduled_at` (aware), or at once for None.

    Raises `Refusal` when the task is in another state, has no valid number, may not start at
    that time (rulings 16 and 28), or its template or signature is no longer usable.
    """
    moment = now()
    start = scheduled_at or moment
    _refuse_without_numbers(task)
    refuse_unless_still_met(task)
    refuse_bad_time(start, now=moment, message_type=task.template.type)
    with transaction.atomic():
        this = GroupTask.objects.filter(pk=task.pk)
        if not advance(this, start=State.CHECKED, to=State.PENDING, scheduled_at=start):
            raise _refused_confirm(task)
        task.refresh_from_db()
        _cut_into_slices(task)
        _record(task, "confirm", actor)
        if scheduled_at is None:
            transaction.on_commit(doorbell.ring_start)
    return task


def cancel(*, task: GroupTask, actor: User) -> GroupTask:
    """Cancel a task that has not started: a planned one only while enough time remains.

    Raises `Refusal` when it has started or ended, or starts within `SMS_GROUP_CANCEL_LEAD_S`.
    """
    moment = now()
    this = GroupTask.objects.filter(pk=task.pk)
    early = this.filter(
        scheduled_at__gt=moment + timedelta(seconds=settings.SMS_GROUP_CANCEL_LEAD_S)
    )
    with transaction.atomic():
        is_moved = advance(
            this, start=State.CHECKED, to=State.CANCELED, finished_at=moment
        ) or advance(early, start=State.PENDING, to=State.CANCELED, finished_at=moment)
        if not is_moved:
            raise _refused_cancel(task)
        task.refresh_from_db()
        _record(task, "cancel", actor)
    return task


def _cut_into_slices(task: GroupTask) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO messaging_groupslice (task_id, first, last)
            SELECT %(task)s, first, LEAST(first + %(size)s - 1, %(rows)s)
            FROM generate_series(1, %(rows)s, %(size)s) AS first
            """,
            {"task": task.pk, "rows": task.valid_rows, "size": SLICE_ROWS},
        )


def _record(task: GroupTask, verb: str, actor: User) -> None:
    audit.record(
        verb=verb,
        object_type="grouptask",
        object_id=task.pk,
        object_name=task.name,
        actor=actor,
        customer=task.customer,
        after={
            "state": task.state,
            "scheduled_at": utc_stamp(task.scheduled_at) if task.scheduled_at else None,
            "numbers": task.valid_rows,
        },
    )


def _refuse_without_numbers(task: GroupTask) -> None:
    if task.state == State.CHECKED and not task.valid_rows:
        raise Refusal(
            "group_confirm_numbers",
            _("No row of the file can be sent. Correct the rows listed, and upload it again."),
            field="file",
        )


def _refused_confirm(task: GroupTask) -> Refusal:
    task.refresh_from_db()
    return Refusal(
        "group_confirm_state",
        _(
            "The task cannot be confirmed in its status (%(state)s). Only a task whose file has "
            "been checked waits for a confirmation, and only once."
        ),
        params={"state": task.get_state_display()},
    )


def _refused_cancel(task: GroupTask) -> Refusal:
    task.refresh_from_db()
    if task.state == State.PENDING:
        return Refusal(
            "group_cancel_late",
            _(
                "A task can be cancelled only while more than %(minutes)d minutes remain. "
                "This one will start as planned."
            ),
            params={"minutes": settings.SMS_GROUP_CANCEL_LEAD_S // 60},
        )
    return Refusal(
        "group_cancel_state",
        _(
            "The task cannot be cancelled in its status (%(state)s). What has been sent cannot "
            "be recalled."
        ),
        params={"state": task.get_state_display()},
    )
