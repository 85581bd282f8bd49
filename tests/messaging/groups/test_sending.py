from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from common.clock import now
from messaging.groups import planning, sending, slicing
from messaging.models import GroupSlice, GroupTask, Message, SendRequest
from messaging.services import accept
from reviews.models import Signature, Template

from .conftest import NOON, MakeTask, numbers, recipients_sent

State = GroupTask.State


def confirmed(task: GroupTask, at: datetime | None = None) -> GroupTask:
    return planning.confirm(task=task, scheduled_at=at, actor=task.created_by, accept_problems=True)


def started(task: GroupTask) -> GroupTask:
    confirmed(task)
    sending.start_due(now())
    task.refresh_from_db()
    assert task.state == State.SUBMITTING
    return task


def test_a_task_starts_at_its_time_and_once(
    clock: Any, notice: Template, checked: MakeTask
) -> None:
    task = confirmed(checked(notice, "13800138000"), NOON + timedelta(minutes=10))

    assert sending.start_due(NOON + timedelta(minutes=9, seconds=59)) == 0
    assert sending.start_due(NOON + timedelta(minutes=10)) == 1
    assert sending.start_due(NOON + timedelta(minutes=10)) == 0

    task.refresh_from_db()
    assert (task.state, task.started_at) == (State.SUBMITTING, NOON + timedelta(minutes=10))


def test_a_checked_task_does_not_start_by_itself(notice: Template, checked: MakeTask) -> None:
    task = checked(notice, "13800138000")

    assert sending.start_due(now() + timedelta(days=1)) == 0
    assert sending.send_slices(task.pk, budget=10) is False
    assert recipients_sent(task) == []


@pytest.mark.parametrize(
    ("late", "state"),
    [
        (timedelta(hours=23, minutes=59), State.SUBMITTING),
        (timedelta(hours=24), State.CANCELED),
    ],
)
def test_a_day_late_the_system_cancels(
    clock: Any, notice: Template, checked: MakeTask, late: timedelta, state: GroupTask.State
) -> None:
    task = confirmed(checked(notice, "13800138000"))

    sending.start_due(NOON + late)

    task.refresh_from_db()
    assert task.state == state
    assert ("within 24 hours" in task.failure) == (state == State.CANCELED)


@pytest.mark.parametrize(
    ("model", "changes", "reason"),
    [
        (Template, {"status": Template.Status.DISABLE}, "template is not approved"),
        (Signature, {"status": Signature.Status.TO_BE_ACTIVATED}, "signature is not approved"),
        (Signature, {"channel_number": ""}, "no channel number"),
    ],
)
def test_what_is_no_longer_approved_fails_the_task(
    notice: Template, checked: MakeTask, model: Any, changes: dict[str, Any], reason: str
) -> None:
    task = confirmed(checked(notice, "13800138000"))
    model.objects.update(**changes)

    sending.start_due(now())

    task.refresh_from_db()
    assert task.state == State.FAILED
    assert reason in task.failure
    assert sending.send_slices(task.pk, budget=10) is False
    assert recipients_sent(task) == []


def test_a_template_approved_anew_since_the_upload_fails_the_task(
    notice: Template, checked: MakeTask
) -> None:
    task = confirmed(checked(notice, "13800138000"))
    type(notice.version).objects.update(approved_at=now())

    sending.start_due(now())

    task.refresh_from_db()
    assert (task.state, "changed after" in task.failure) == (State.FAILED, True)


def test_a_promotion_held_up_into_the_night_is_not_sent(
    clock: Any, promotion: Template, checked: MakeTask
) -> None:
    task = confirmed(checked(promotion, "13800138000"))

    sending.start_due(datetime.fromisoformat("2026-03-02T22:00:00+08:00"))

    task.refresh_from_db()
    assert (task.state, "08:00 to 22:00" in task.failure) == (State.FAILED, True)


def test_every_number_is_sent_with_its_values(
    delivery: Template, checked: MakeTask, channel: None
) -> None:
    rows = [f"{number},A{n},09:30" for n, number in enumerate(numbers(501))]
    task = started(checked(delivery, "\n".join(rows)))

    assert sending.send_slices(task.pk, budget=10) is False

    requests = list(SendRequest.objects.filter(group_task_id=task.pk).order_by("id"))
    assert [request.count for request in requests] == [500, 1]
    assert {request.source for request in requests} == {SendRequest.Source.GROUP}
    assert requests[0].signature_name == task.signature.name
    assert recipients_sent(task) == [f"+86{number}" for number in numbers(501)]
    last = Message.objects.of_request(requests[1]).get()
    assert (last.recipient, last.variables) == ("+8613800000500", ["A500", "09:30"])
    marks = GroupSlice.objects.filter(task=task).order_by("first")
    assert list(marks.values_list("request_id", flat=True)) == [one.id for one in requests]


def test_a_budget_leaves_the_rest_for_the_next_run(
    notice: Template, checked: MakeTask, channel: None
) -> None:
    task = started(checked(notice, "\n".join(numbers(1001))))

    assert sending.send_slices(task.pk, budget=2) is True
    assert len(recipients_sent(task)) == 1000
    assert sending.send_slices(task.pk, budget=2) is False
    assert len(recipients_sent(task)) == 1001


@pytest.mark.parametrize("is_accepted", [False, True], ids=["before accept", "after accept"])
def test_a_crash_leaves_the_slice_unsent_and_a_second_run_sends_it(
    notice: Template,
    checked: MakeTask,
    channel: None,
    monkeypatch: pytest.MonkeyPatch,
    is_accepted: bool,
) -> None:
    task = started(checked(notice, "\n".join(numbers(1001))))
    assert sending.send_slices(task.pk, budget=1)

    def crash(**arguments: Any) -> int:
        if is_accepted:
            accept.accept_group_slice(**arguments)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(sending, "accept_group_slice", crash)
        with pytest.raises(SystemExit):
            sending.send_slices(task.pk, budget=10)
    assert len(recipients_sent(task)) == 500
    assert GroupSlice.objects.filter(task=task, request_id=None).count() == 2

    sending.send_slices(task.pk, budget=10)

    assert recipients_sent(task) == [f"+86{number}" for number in numbers(1001)]


@pytest.mark.django_db(transaction=True)
def test_many_senders_send_each_slice_once(
    notice: Template, checked: MakeTask, channel: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "SLICE_ROWS", 50)
    task = started(checked(notice, "\n".join(numbers(2000))))
    begin = Barrier(4)

    def sender() -> None:
        begin.wait(timeout=10)
        try:
            while sending.send_slices(task.pk, budget=3):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for run in [pool.submit(sender) for _ in range(4)]:
            run.result()

    assert recipients_sent(task) == [f"+86{number}" for number in numbers(2000)]
    assert SendRequest.objects.filter(group_task_id=task.pk).count() == 40
    assert not GroupSlice.objects.filter(task=task, request_id=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_slice_that_another_sender_holds_is_left_to_it(
    notice: Template, checked: MakeTask, channel: None
) -> None:
    task = started(checked(notice, "\n".join(numbers(501))))

    def send_in_another_connection() -> bool:
        try:
            return sending.send_slices(task.pk, budget=10)
        finally:
            connection.close()

    with transaction.atomic():
        GroupSlice.objects.select_for_update().get(task=task, first=1)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(send_in_another_connection).result(timeout=10) is False

    assert recipients_sent(task) == ["+8613800000500"]


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_start_a_task_once(notice: Template, checked: MakeTask) -> None:
    confirmed(checked(notice, "13800138000"))
    begin = Barrier(2)

    def start() -> int:
        begin.wait(timeout=10)
        try:
            return sending.start_due(now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(start) for _ in range(2)]
        assert sorted(run.result(timeout=10) for run in runs) == [0, 1]
