"""Pause, resume and stop a task that is being sent."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import User
from messaging.models import GroupTask

from . import doorbell
from .preconditions import refuse_unless_still_met
from .records import record
from .schedule import refuse_outside_window
from .states import State, advance

if TYPE_CHECKING:
    from common.errors import Sentence


def pause(*, task: GroupTask, actor: User) -> GroupTask:
    """Send no further slice until the task is resumed; what was accepted goes on its way.

    Raises `Refusal` when the task is not being sent, or all of it was accepted already.
    """
    with transaction.atomic():
        this = GroupTask.objects.select_for_update().filter(pk=task.pk)
        is_left = task.slices.filter(request_id=None).exists()
        if not is_left or not advance(this, start=State.SUBMITTING, to=State.PAUSED):
            raise _refused(task, "group_pause_state", _PAUSE)
        task.refresh_from_db()
        record(task, "pause", actor)
    return task


def resume(*, task: GroupTask, actor: User) -> GroupTask:
    """Send what is left of a paused task, or of one that could not start.

    Raises `Refusal` when it is in another state, or may still not be sent: its template or
    signature is not usable, or promotions are not sent at this hour.
    """
    moment = now()
    if not task.can_resume:
        raise _refused(task, "group_resume_state", _RESUME)
    refuse_unless_still_met(task)
    refuse_outside_window(moment, message_type=task.template.type)
    changes: dict[str, Any] = {
        "failure": "",
        "finished_at": None,
        "started_at": task.started_at or moment,
        "paced_at": moment,
        "is_counted": False,
        "recount_at": moment,
    }
    with transaction.atomic():
        this = GroupTask.objects.select_for_update().filter(pk=task.pk)
        accepted = this.values_list("accepted_rows", flat=True).get()
        changes["paced_rows"] = accepted
        if not advance(this, start=State(task.state), to=State.SUBMITTING, **changes):
            raise _refused(task, "group_resume_state", _RESUME)
        task.refresh_from_db()
        record(task, "resume", actor)
        transaction.on_commit(lambda: doorbell.ring_send(task.pk))
    return task


def stop(*, task: GroupTask, actor: User) -> GroupTask:
    """Never send what is left of a task; what was accepted goes on its way and is counted.

    Raises `Refusal` when it is neither being sent nor paused, or all of it was accepted already.
    """
    with transaction.atomic():
        this = GroupTask.objects.select_for_update().filter(pk=task.pk)
        is_left = task.slices.filter(request_id=None).exists()
        is_moved = is_left and any(
            advance(this, start=start, to=State.STOPPED, finished_at=now())
            for start in (State.SUBMITTING, State.PAUSED)
        )
        if not is_moved:
            raise _refused(task, "group_stop_state", _STOP)
        task.refresh_from_db()
        record(task, "stop", actor)
    return task


_PAUSE = _(
    "There is nothing to pause: the status of the task is “%(state)s”. Only a task that still has "
    "numbers to submit can be paused."
)
_RESUME = _(
    "There is nothing to resume: the status of the task is “%(state)s”. Only a paused task, or one "
    "that could not start, can be resumed."
)
_STOP = _(
    "There is nothing to stop: the status of the task is “%(state)s”. What was submitted cannot be "
    "recalled."
)


def _refused(task: GroupTask, code: str, sentence: "Sentence") -> Refusal:
    task.refresh_from_db()
    return Refusal(code, sentence, params={"state": task.get_state_display()})
