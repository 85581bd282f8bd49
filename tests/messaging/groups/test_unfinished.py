from typing import Any

import pytest
from celery import current_app

from common.clock import now
from messaging.groups import counting, doorbell, planning, sending, unfinished
from messaging.groups.progress import progress_of
from messaging.models import GroupTask, Message
from reviews.models import Template

from .conftest import MakeTask, numbers

State = Message.State


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, ...]]]:
    """What goes to the broker."""
    sent: list[tuple[str, tuple[int, ...]]] = []

    def send_task(name: str, args: tuple[int, ...]) -> None:
        sent.append((name, args))

    monkeypatch.setattr(current_app, "send_task", send_task)
    return sent


@pytest.fixture
def task(notice: Template, checked: MakeTask, channel: None) -> GroupTask:
    """A started task of 501 numbers in two slices."""
    task = checked(notice, "\n".join(numbers(501)))
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    sending.start_due(now())
    return GroupTask.objects.get(pk=task.pk)


def report(task: GroupTask, recipient: str, state: State) -> None:
    messages = Message.objects.filter(
        recipient=recipient, request_id__in=task.slices.values("request_id")
    )
    assert messages.update(state=state) == 1


def finished(task: GroupTask) -> bool:
    counting.count(task.pk)
    task.refresh_from_db()
    return task.state == GroupTask.State.SUCCEEDED


def test_a_task_ends_when_every_number_has_its_report(task: GroupTask) -> None:
    assert not finished(task)
    sending.send_slices(task.pk, budget=1)
    Message.objects.update(state=State.DELIVERED)
    assert not finished(task), "one slice is unsent"

    sending.send_slices(task.pk, budget=10)
    assert not finished(task)
    Message.objects.exclude(recipient__in=["+8613800000100", "+8613800000500"]).update(
        state=State.DELIVERED
    )
    assert not finished(task)
    report(task, "+8613800000100", State.EXPIRED)
    assert not finished(task)
    report(task, "+8613800000500", State.FAILED)

    assert finished(task)
    assert task.finished_at is not None


def test_tasks_end_one_by_one(task: GroupTask, notice: Template, checked: MakeTask) -> None:
    other = checked(notice, "13900000000")
    planning.confirm(task=other, scheduled_at=None, actor=other.created_by)
    sending.start_due(now())
    for each in (task, other):
        sending.send_slices(each.pk, budget=10)
    report(other, "+8613900000000", State.DELIVERED)

    assert finished(other)
    assert not finished(task)


def counted(task: GroupTask) -> tuple[int, ...]:
    counting.count(task.pk)
    progress = progress_of(GroupTask.objects.get(pk=task.pk))
    assert progress.total == (
        progress.waiting + progress.sent + progress.delivered + progress.failed
    )
    return (progress.waiting, progress.sent, progress.delivered, progress.failed)


def test_progress_counts_each_number_once(task: GroupTask) -> None:
    assert counted(task) == (501, 0, 0, 0)
    sending.send_slices(task.pk, budget=1)
    report(task, "+8613800000000", State.SUBMITTED)
    report(task, "+8613800000001", State.UNKNOWN)
    report(task, "+8613800000002", State.DELIVERED)
    report(task, "+8613800000003", State.FAILED)
    report(task, "+8613800000004", State.EXPIRED)

    assert counted(task) == (496, 2, 1, 2)
    assert counted(task) == (496, 2, 1, 2)


def test_senders_are_rung_while_slices_are_unsent(task: GroupTask, rings: list[Any]) -> None:
    unfinished.ring_workers()
    assert rings == [("messaging.send_group_slices", (task.pk,))]

    sending.send_slices(task.pk, budget=10)
    doorbell.sending_began(task.pk)
    unfinished.ring_workers()
    assert len(rings) == 1


def test_a_waiting_ring_is_not_repeated(task: GroupTask, rings: list[Any]) -> None:
    unfinished.ring_workers()
    unfinished.ring_workers()
    assert len(rings) == 1

    doorbell.sending_began(task.pk)
    unfinished.ring_workers()
    assert len(rings) == 2


def test_a_file_that_nobody_checked_is_rung_for(
    notice: Template, uploaded: MakeTask, rings: list[Any]
) -> None:
    task = uploaded(notice, "13800138000")

    unfinished.ring_workers()

    assert rings == [("messaging.check_group_file", (task.pk,))]
