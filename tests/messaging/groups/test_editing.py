"""Changing, copying and deleting tasks that have not started."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Refusal
from messaging.groups import checking, editing, planning, sending
from messaging.groups.sources import Uploaded
from messaging.models import GroupBlock, GroupSlice, GroupTask
from reviews.models import Template

from .conftest import NOON, MakeTask, numbers, recipients_sent

State = GroupTask.State
HOUR = NOON + timedelta(hours=1)


@pytest.fixture
def task(clock: Any, notice: Template, checked: MakeTask) -> GroupTask:
    """A task of two numbers, planned for one o'clock."""
    task = checked(notice, "\n".join(numbers(2)))
    return planning.confirm(task=task, scheduled_at=HOUR, actor=task.created_by)


def file_of(*rows: str) -> Uploaded:
    return Uploaded(SimpleUploadedFile("new.csv", "\n".join(rows).encode()))


def refused(call: Any, task: GroupTask, **arguments: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(task=task, actor=task.created_by, **arguments)
    assert "%(" not in str(caught.value)
    return caught.value.code


def test_name_and_time_change_before_the_start(task: GroupTask) -> None:
    editing.rename(task=task, name="  Spring ", actor=task.created_by)
    editing.reschedule(task=task, scheduled_at=HOUR + timedelta(hours=1), actor=task.created_by)

    task.refresh_from_db()
    assert (task.name, task.scheduled_at) == ("Spring", HOUR + timedelta(hours=1))
    assert sending.start_due(HOUR) == 0
    assert sending.start_due(HOUR + timedelta(hours=1)) == 1


def test_a_planned_task_may_be_let_go_at_once(task: GroupTask) -> None:
    editing.reschedule(task=task, scheduled_at=None, actor=task.created_by)

    assert sending.start_due(NOON) == 1


def test_a_file_that_could_not_be_read_gives_way_to_another(
    clock: Any, notice: Template, uploaded: MakeTask
) -> None:
    task = uploaded(notice, "\n")
    checking.check(task.pk)
    task.refresh_from_db()
    assert (task.state, task.has_unusable_file) == (State.FAILED, True)
    assert "holds no numbers" in task.failure

    editing.replace_recipients(task=task, recipients=file_of("13900139000"), actor=task.created_by)
    assert (task.state, task.failure, task.finished_at) == (State.CHECKING, "", None)
    checking.check(task.pk)
    planning.confirm(task=task, scheduled_at=HOUR, actor=task.created_by)
    assert sending.start_due(HOUR) == 1


def test_a_task_that_failed_at_its_start_keeps_its_recipients(task: GroupTask) -> None:
    GroupTask.objects.update(state=State.FAILED)
    task.refresh_from_db()
    assert not task.can_replace

    assert refused(editing.replace_recipients, task, recipients=file_of("1")) == "group_edit_state"


def test_the_new_time_follows_the_same_rules(task: GroupTask) -> None:
    late = NOON + timedelta(days=40)

    assert refused(editing.reschedule, task, scheduled_at=late) == "group_time_far"


def test_other_recipients_are_checked_and_confirmed_anew(task: GroupTask, channel: None) -> None:
    before = task.file.name
    editing.replace_recipients(
        task=task, recipients=file_of("13900139000", "bad"), actor=task.created_by
    )

    assert (task.state, task.scheduled_at, task.file_name) == (State.CHECKING, None, "new.csv")
    assert not GroupBlock.objects.exists()
    assert not GroupSlice.objects.exists()
    assert sending.start_due(HOUR) == 0

    checking.check(task.pk)
    task.refresh_from_db()
    assert (task.state, task.valid_rows, task.invalid_rows) == (State.CHECKED, 1, 1)
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by, accept_problems=True)
    sending.start_due(NOON)
    sending.send_slices(task.pk, budget=10)
    assert recipients_sent(task) == ["+8613900139000"]
    assert task.file.name != before


def test_five_minutes_before_the_start_nothing_changes_any_more(
    task: GroupTask, clock: Any
) -> None:
    clock.move_to(HOUR - timedelta(minutes=5))

    assert refused(editing.rename, task, name="x") == "group_edit_late"
    assert refused(editing.reschedule, task, scheduled_at=None) == "group_edit_late"
    assert refused(editing.replace_recipients, task, recipients=file_of("1")) == "group_edit_late"
    task.refresh_from_db()
    assert (task.name, task.state, task.scheduled_at) == ("Autumn notice", State.PENDING, HOUR)


def test_a_started_task_changes_nothing_but_its_rate(task: GroupTask) -> None:
    sending.start_due(HOUR)

    assert refused(editing.rename, task, name="x") == "group_edit_state"
    editing.set_rate(task=task, rate=5, actor=task.created_by)
    assert GroupTask.objects.get().rate == 5


@pytest.mark.parametrize("rate", [0, -1, 1_000_000])
def test_a_rate_has_bounds(task: GroupTask, rate: int) -> None:
    assert refused(editing.set_rate, task, rate=rate) == "group_rate"


def test_a_new_rate_cuts_the_slices_anew(task: GroupTask) -> None:
    task = GroupTask.objects.get()
    GroupTask.objects.update(valid_rows=100)
    editing.set_rate(task=task, rate=40, actor=task.created_by)

    cut = GroupSlice.objects.order_by("first").values_list("first", "last")
    assert list(cut) == [(1, 40), (41, 80), (81, 100)]


def test_only_a_cancelled_task_is_deleted_with_all_its_rows(task: GroupTask) -> None:
    assert refused(planning.delete, task) == "group_delete_state"
    planning.cancel(task=task, actor=task.created_by)

    planning.delete(task=task, actor=task.created_by)

    assert not GroupTask.objects.exists()
    assert not GroupBlock.objects.exists()
    assert not GroupSlice.objects.exists()


def test_rows_with_problems_need_a_word_before_the_others_go(
    clock: Any, notice: Template, checked: MakeTask
) -> None:
    task = checked(notice, "13800138000\n13800138000\nbad\n")

    with pytest.raises(Refusal, match="2 of 3 rows cannot be sent") as caught:
        planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    assert (caught.value.code, caught.value.field) == (
        "group_confirm_problems",
        "accept_problems",
    )

    planning.confirm(task=task, scheduled_at=None, actor=task.created_by, accept_problems=True)
    assert task.state == State.PENDING
