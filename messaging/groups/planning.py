"""What a customer does with a checked task: confirm it for now or later, cancel it, delete it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import User
from messaging.models import GroupTask

from . import doorbell
from .preconditions import refuse_unless_still_met
from .records import record
from .schedule import refuse_bad_time
from .slicing import cut_into_slices
from .states import State, advance


def confirm(
    *, task: GroupTask, scheduled_at: datetime | None, actor: User, accept_problems: bool = False
) -> GroupTask:
    """Release a checked task: it starts at `scheduled_at` (aware), or at once for None.

    Where the check found rows that cannot be sent, `accept_problems` says that the others shall go
    without them. Raises `Refusal` without it, when the task is in another state, has no valid
    number, may not start at that time (rulings 16 and 28), or its template or signature is no
    longer usable.
    """
    moment = now()
    start = scheduled_at or moment
    _refuse_bad_rows(task, accept_problems)
    refuse_unless_still_met(task)
    refuse_bad_time(start, now=moment, message_type=task.template.type)
    with transaction.atomic():
        this = GroupTask.objects.filter(pk=task.pk)
        if not advance(this, start=State.CHECKED, to=State.PENDING, scheduled_at=start):
            raise _refused_confirm(task)
        task.refresh_from_db()
        cut_into_slices(task)
        record(task, "confirm", actor)
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
        record(task, "cancel", actor)
    return task


def delete(*, task: GroupTask, actor: User) -> None:
    """Remove a cancelled task with its recipients for good (spec console §9.3).

    Raises `Refusal` in every other state: what was sent stays on record.
    """
    with transaction.atomic():
        this = GroupTask.objects.select_for_update().filter(pk=task.pk, state=State.CANCELED)
        if not this.exists():
            task.refresh_from_db()
            raise Refusal(
                "group_delete_state",
                _(
                    "Only cancelled tasks can be deleted. The status of this one is “%(state)s”; "
                    "it stays on record."
                ),
                params={"state": task.get_state_display()},
            )
        record(task, "delete", actor)
        storage, name = task.file.storage, task.file.name
        task.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name))


def _refuse_bad_rows(task: GroupTask, accept_problems: bool) -> None:
    if task.state != State.CHECKED:
        return
    if not task.valid_rows:
        raise Refusal(
            "group_confirm_numbers",
            _("No row of the file can be sent. Correct the rows listed, and upload it again."),
            field="file",
        )
    if task.has_problems and not accept_problems:
        raise Refusal(
            "group_confirm_problems",
            _(
                "%(problems)d of %(total)d rows cannot be sent. Correct them and upload the file "
                "again, or choose to send to the other %(valid)d numbers only."
            ),
            field="accept_problems",
            params={
                "problems": task.total_rows - task.valid_rows,
                "total": task.total_rows,
                "valid": task.valid_rows,
            },
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
