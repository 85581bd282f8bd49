"""Change a task that has not started: its name, its time, its recipients, its rate."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import User
from messaging.models import GroupTask

from . import doorbell
from .preconditions import Choice, refuse_unless_met
from .records import record
from .schedule import refuse_bad_time
from .slicing import cut_again
from .sources import Recipients
from .states import State, advance
from .uploads import keep_recipients, refuse_bad_name, refuse_bad_rate


def rename(*, task: GroupTask, name: str, actor: User) -> GroupTask:
    """Give a task another name; `Refusal` (field ``name``) as when it was made."""
    name = name.strip()
    refuse_bad_name(name)
    with _editing(task, actor):
        task.name = name
        task.save(update_fields=["name"])
    return task


def reschedule(*, task: GroupTask, scheduled_at: datetime | None, actor: User) -> GroupTask:
    """Let a confirmed task start at another time, at once for None.

    Raises `Refusal` (field ``scheduled_at``) for a time at which it may not start, or when it
    waits for no time.
    """
    moment = now()
    start = scheduled_at or moment
    refuse_bad_time(start, now=moment, message_type=task.template.type)
    with _editing(task, actor):
        if task.state != State.PENDING:
            raise _refused(task)
        task.scheduled_at = start
        task.save(update_fields=["scheduled_at"])
        if scheduled_at is None:
            transaction.on_commit(doorbell.ring_start)
    return task


def replace_recipients(*, task: GroupTask, recipients: Recipients, actor: User) -> GroupTask:
    """Take other recipients: they are checked, and the task has to be confirmed again.

    Also in place of a file that could not be read. Raises `Refusal` as when the task was made.
    """
    refuse_unless_met(Choice(task.customer, task.application, task.signature, task.template))
    incoming = recipients.incoming(task.template)
    with _editing(task, actor, may="can_replace"):
        old = task.file.name or ""
        this = GroupTask.objects.filter(pk=task.pk)
        cleared = {"scheduled_at": None, "failure": "", "finished_at": None}
        advance(this, start=State(task.state), to=State.CHECKING, **cleared)
        for rows in (task.blocks, task.problems, task.problem_blocks, task.slices):
            rows.all().delete()
        task.refresh_from_db()
        keep_recipients(task, recipients, incoming)
        transaction.on_commit(lambda: doorbell.ring_check(task.pk))
        transaction.on_commit(lambda: task.file.storage.delete(old))
    return task


def set_rate(*, task: GroupTask, rate: int | None, actor: User) -> GroupTask:
    """Change how many messages a second are sent at most, also while the task is being sent.

    Raises `Refusal` (field ``rate``) for a rate that no task can have, and when it has ended.
    """
    refuse_bad_rate(rate)
    with transaction.atomic():
        _lock(task)
        if task.is_final or task.state == State.FAILED:
            raise _refused(task)
        task.rate, task.paced_at, task.paced_rows = rate, now(), task.accepted_rows
        task.save(update_fields=["rate", "paced_at", "paced_rows"])
        if task.state == State.PENDING:
            cut_again(task)
        record(task, "update", actor)
    return task


@contextmanager
def _editing(task: GroupTask, actor: User, may: str = "can_edit") -> Iterator[None]:
    """One transaction that changes a task before its start, and records it.

    `may` names the property that has to hold.
    """
    with transaction.atomic():
        _lock(task)
        if not getattr(task, may):
            raise _refused(task)
        yield
        record(task, "update", actor)


def _lock(task: GroupTask) -> None:
    GroupTask.objects.select_for_update().get(pk=task.pk)
    task.refresh_from_db()


def _refused(task: GroupTask) -> Refusal:
    if task.state == State.PENDING:
        return Refusal(
            "group_edit_late",
            _(
                "A task can be changed only while more than %(minutes)d minutes remain. "
                "This one will start as planned."
            ),
            params={"minutes": settings.SMS_GROUP_CANCEL_LEAD_S // 60},
        )
    return Refusal(
        "group_edit_state",
        _(
            "The task cannot be changed like this in its status (%(state)s). Copy it, and change "
            "the copy."
        ),
        params={"state": task.get_state_display()},
    )
