from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from common.errors import Refusal
from customers.models import AuditEvent
from messaging.groups import planning
from messaging.groups.states import advance
from messaging.models import GroupSlice, GroupTask
from reviews.models import Template
from tests.factories import UserFactory

from .conftest import NOON, MakeTask, numbers


def confirm(task: GroupTask, at: datetime | None = None) -> GroupTask:
    return planning.confirm(task=task, scheduled_at=at, actor=task.created_by, accept_problems=True)


def cancel(task: GroupTask) -> GroupTask:
    return planning.cancel(task=task, actor=task.created_by)


def refused(call: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    assert "%(" not in str(caught.value)
    return caught.value.code


@pytest.fixture
def task(clock: Any, notice: Template, checked: MakeTask) -> GroupTask:
    return checked(notice, "13800138000\n13800138001\n")


@pytest.mark.parametrize(
    ("count", "slices"),
    [(1, [(1, 1)]), (500, [(1, 500)]), (501, [(1, 500), (501, 501)])],
)
def test_confirming_cuts_slices(
    clock: Any, notice: Template, checked: MakeTask, count: int, slices: list[tuple[int, int]]
) -> None:
    task = confirm(checked(notice, "\n".join(numbers(count))))

    assert (task.state, task.scheduled_at) == (GroupTask.State.PENDING, NOON)
    cut = GroupSlice.objects.filter(task=task).order_by("first")
    assert list(cut.values_list("first", "last")) == slices
    assert AuditEvent.objects.get(verb="confirm").object_id == str(task.pk)


def test_at_once_rings_after_the_commit(
    task: GroupTask, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        confirm(task)

    assert len(callbacks) == 1


def test_a_task_is_confirmed_once(task: GroupTask) -> None:
    stale = GroupTask.objects.get(pk=task.pk)
    confirm(task)

    assert refused(confirm, stale) == "group_confirm_state"
    assert GroupSlice.objects.filter(task=task).count() == 1


def test_a_task_whose_file_was_not_checked_is_not_confirmed(
    clock: Any, notice: Template, uploaded: MakeTask
) -> None:
    assert refused(confirm, uploaded(notice, "13800138000")) == "group_confirm_state"


def test_without_a_good_row_there_is_nothing_to_confirm(
    clock: Any, notice: Template, checked: MakeTask
) -> None:
    assert refused(confirm, checked(notice, "123\n")) == "group_confirm_numbers"


def test_a_template_disabled_since_the_upload_is_refused(task: GroupTask) -> None:
    Template.objects.update(status=Template.Status.DISABLE)

    assert refused(confirm, GroupTask.objects.get(pk=task.pk)) == "group_template_usable"


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(0), None),
        (timedelta(days=31), None),
        (timedelta(seconds=-1), "group_time_past"),
        (timedelta(days=31, seconds=1), "group_time_far"),
    ],
)
def test_the_time_lies_within_a_month(task: GroupTask, ahead: timedelta, code: str | None) -> None:
    if code is None:
        assert confirm(task, NOON + ahead).scheduled_at == NOON + ahead
    else:
        assert refused(confirm, task, NOON + ahead) == code
        task.refresh_from_db()
        assert (task.state, task.scheduled_at) == (GroupTask.State.CHECKED, None)


@pytest.mark.parametrize(
    ("hour_in_shanghai", "is_open"),
    [("07:59:59", False), ("08:00:00", True), ("21:59:59", True), ("22:00:00", False)],
)
def test_promotions_start_inside_their_window(
    clock: Any, promotion: Template, checked: MakeTask, hour_in_shanghai: str, is_open: bool
) -> None:
    task = checked(promotion, "13800138000")
    start = datetime.fromisoformat(f"2026-03-03T{hour_in_shanghai}+08:00")

    if is_open:
        assert confirm(task, start).state == GroupTask.State.PENDING
    else:
        assert refused(confirm, task, start) == "group_time_promotion"


def test_a_promotion_is_not_sent_at_once_at_night(
    clock: Any, promotion: Template, checked: MakeTask
) -> None:
    task = checked(promotion, "13800138000")
    clock.move_to(datetime.fromisoformat("2026-03-02T23:00:00+08:00"))

    assert refused(confirm, task) == "group_time_promotion"


def test_notifications_start_at_any_hour(task: GroupTask) -> None:
    night = datetime.fromisoformat("2026-03-03T03:00:00+08:00")

    assert confirm(task, night).scheduled_at == night


def test_a_planned_task_is_cancelled_while_more_than_five_minutes_remain(
    task: GroupTask, clock: Any
) -> None:
    confirm(task, NOON + timedelta(hours=1))
    clock.move_to(NOON + timedelta(minutes=54, seconds=59))

    assert cancel(task).state == GroupTask.State.CANCELED
    assert task.finished_at is not None
    assert AuditEvent.objects.filter(verb="cancel", object_id=str(task.pk)).exists()


def test_at_five_minutes_it_is_too_late(task: GroupTask, clock: Any) -> None:
    confirm(task, NOON + timedelta(hours=1))
    clock.move_to(NOON + timedelta(minutes=55))

    assert refused(cancel, task) == "group_cancel_late"
    task.refresh_from_db()
    assert task.state == GroupTask.State.PENDING


def test_a_checked_task_is_cancelled_any_time(task: GroupTask) -> None:
    assert cancel(task).state == GroupTask.State.CANCELED


@pytest.mark.parametrize("state", ["checking", "submitting", "succeeded", "failed", "canceled"])
def test_no_other_state_can_be_confirmed_or_cancelled(task: GroupTask, state: str) -> None:
    GroupTask.objects.update(state=state, scheduled_at=NOON + timedelta(hours=1))
    task.refresh_from_db()

    assert refused(cancel, task) == "group_cancel_state"
    assert refused(confirm, task) == "group_confirm_state"
    task.refresh_from_db()
    assert task.state == state


def test_states_move_only_along_their_table(task: GroupTask) -> None:
    tasks = GroupTask.objects.filter(pk=task.pk)
    for start, to in product(GroupTask.State, GroupTask.State):
        tasks.update(state=start)
        if to in GroupTask.NEXT[start]:
            assert advance(tasks, start=start, to=to) == 1
            assert tasks.get().state == to
            assert advance(tasks, start=start, to=to) == 0
        else:
            with pytest.raises(ValueError, match="does not go from"):
                advance(tasks, start=start, to=to)
            assert tasks.get().state == start


def test_the_actor_is_recorded(task: GroupTask) -> None:
    colleague = UserFactory()

    planning.cancel(task=task, actor=colleague)

    assert AuditEvent.objects.get(verb="cancel").actor == colleague
