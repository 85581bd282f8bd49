"""Pause, resume, stop, and what ends a task half-way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.clock import now
from common.errors import Refusal
from customers.models import AuditEvent
from messaging.groups import control, counting, pacing, planning, sending
from messaging.groups.progress import unsent_of
from messaging.models import GroupTask, Message, SendRequest
from reviews.models import Signature, Template

from .conftest import NOON, MakeTask, numbers, recipients_sent, started

State = GroupTask.State


@pytest.fixture
def task(notice: Template, checked: MakeTask, channel: None) -> GroupTask:
    """A task of 1,501 numbers of which 500 were accepted."""
    task = started(checked(notice, "\n".join(numbers(1501))))
    assert sending.send_slices(task.pk, budget=1) is True
    return GroupTask.objects.get(pk=task.pk)


def again(task: GroupTask) -> GroupTask:
    return GroupTask.objects.get(pk=task.pk)


def refused(call: Any, task: GroupTask) -> str:
    with pytest.raises(Refusal) as caught:
        call(task=task, actor=task.created_by)
    assert "%(" not in str(caught.value)
    return caught.value.code


def test_a_paused_task_sends_nothing_until_it_is_resumed(task: GroupTask) -> None:
    control.pause(task=task, actor=task.created_by)

    assert sending.send_slices(task.pk, budget=10) is False
    assert len(recipients_sent(task)) == 500
    assert (task.state, task.failure) == (State.PAUSED, "")
    assert unsent_of(task).count == 1001

    control.resume(task=task, actor=task.created_by)
    sending.send_slices(task.pk, budget=10)

    assert recipients_sent(task) == [f"+86{number}" for number in numbers(1501)]
    verbs = AuditEvent.objects.filter(object_type="grouptask").values_list("verb", flat=True)
    assert {"pause", "resume"} <= set(verbs)


def test_a_pause_in_the_middle_of_a_run_holds_from_the_next_slice_on(
    task: GroupTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = sending.accept_group_slice

    def pausing(**arguments: Any) -> int:
        GroupTask.objects.update(state=State.PAUSED)
        return accept(**arguments)

    monkeypatch.setattr(sending, "accept_group_slice", pausing)

    sending.send_slices(task.pk, budget=10)

    assert len(recipients_sent(task)) == 1000


def test_a_stopped_task_never_goes_on_and_is_counted_to_its_end(task: GroupTask) -> None:
    control.stop(task=task, actor=task.created_by)

    assert sending.send_slices(task.pk, budget=10) is False
    assert refused(control.resume, task) == "group_resume_state"
    Message.objects.update(state=Message.State.DELIVERED)
    counting.count(task.pk)

    after = again(task)
    assert (after.state, after.is_final, after.is_counted) == (State.STOPPED, True, True)
    assert (after.delivered_rows, after.accepted_rows, after.valid_rows) == (500, 500, 1501)


def test_a_paused_task_can_be_stopped(task: GroupTask) -> None:
    control.pause(task=task, actor=task.created_by)

    assert control.stop(task=task, actor=task.created_by).state == State.STOPPED


def test_what_is_accepted_to_the_last_can_be_neither_paused_nor_stopped(task: GroupTask) -> None:
    sending.send_slices(task.pk, budget=10)

    assert refused(control.pause, task) == "group_pause_state"
    assert refused(control.stop, task) == "group_stop_state"


def test_a_template_disabled_half_way_pauses_with_the_reason(task: GroupTask) -> None:
    Template.objects.update(status=Template.Status.DISABLE)

    assert sending.send_slices(task.pk, budget=10) is False

    paused = again(task)
    assert paused.state == State.PAUSED
    assert paused.failure.startswith("Sending stopped before the end. This template is not")
    assert (unsent_of(paused).count, unsent_of(paused).first_line) == (1001, 501)
    assert refused(control.resume, paused) == "group_template_usable"
    assert control.stop(task=paused, actor=task.created_by).state == State.STOPPED


def test_a_signature_out_of_use_half_way_holds_the_rest_until_it_is_back(task: GroupTask) -> None:
    number = task.signature.channel_number
    Signature.objects.update(channel_number="")
    sending.send_slices(task.pk, budget=10)
    assert again(task).state == State.PAUSED

    Signature.objects.update(channel_number=number)
    control.resume(task=again(task), actor=task.created_by)
    sending.send_slices(task.pk, budget=10)

    assert recipients_sent(task) == [f"+86{number}" for number in numbers(1501)]


def test_a_task_that_could_not_start_may_be_resumed(
    notice: Template, checked: MakeTask, channel: None
) -> None:
    task = checked(notice, "\n".join(numbers(3)))
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    number = task.signature.channel_number
    Signature.objects.update(channel_number="")
    sending.start_due(now())

    failed = again(task)
    assert (failed.state, failed.can_resume) == (State.FAILED, True)
    assert failed.failure.startswith("Nothing was sent. This signature is not approved")
    assert unsent_of(failed).count == 3

    Signature.objects.update(channel_number=number)
    resumed = control.resume(task=again(task), actor=task.created_by)
    assert (resumed.state, resumed.failure, resumed.finished_at) == (State.SUBMITTING, "", None)
    sending.send_slices(task.pk, budget=10)
    assert len(recipients_sent(task)) == 3


def test_a_bad_file_leaves_nothing_to_resume(notice: Template, checked: MakeTask) -> None:
    task = checked(notice, "手机号\n")

    assert (task.state, task.can_resume) == (State.FAILED, False)
    assert refused(control.resume, task) == "group_resume_state"


def test_promotions_wait_when_their_hours_end(
    clock: Any, promotion: Template, checked: MakeTask, channel: None
) -> None:
    task = started(checked(promotion, "\n".join(numbers(1000))))
    sending.send_slices(task.pk, budget=1)
    clock.move_to(datetime.fromisoformat("2026-03-02T22:00:00+08:00"))

    sending.send_slices(task.pk, budget=10)

    paused = again(task)
    assert (paused.state, "08:00 to 22:00" in paused.failure) == (State.PAUSED, True)
    assert set(Message.objects.values_list("code", flat=True)) == {""}
    assert refused(control.resume, paused) == "group_time_promotion"


class TestPace:
    def test_a_task_runs_only_so_far_ahead_of_the_carrier(
        self, task: GroupTask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pacing, "AHEAD", 600)

        assert sending.send_slices(task.pk, budget=10) is False
        assert len(recipients_sent(task)) == 1000
        assert sending.send_slices(task.pk, budget=10) is False
        assert len(recipients_sent(task)) == 1000

        SendRequest.objects.update(dispatch=SendRequest.Dispatch.DONE)
        sending.send_slices(task.pk, budget=10)
        assert len(recipients_sent(task)) == 1501

    def test_a_rate_lets_a_seconds_worth_go_each_second(
        self, clock: Any, notice: Template, checked: MakeTask, channel: None
    ) -> None:
        task = started(checked(notice, "\n".join(numbers(500)), rate=100))
        sent = []
        for second in range(4):
            clock.move_to(NOON + timedelta(seconds=second))
            sending.send_slices(task.pk, budget=10)
            sent.append(len(recipients_sent(task)))

        assert sent == [100, 200, 300, 400]

    def test_after_a_pause_nothing_is_caught_up(
        self, clock: Any, notice: Template, checked: MakeTask, channel: None
    ) -> None:
        task = started(checked(notice, "\n".join(numbers(500)), rate=100))
        sending.send_slices(task.pk, budget=10)
        control.pause(task=task, actor=task.created_by)
        clock.move_to(NOON + timedelta(minutes=10))
        control.resume(task=task, actor=task.created_by)

        sending.send_slices(task.pk, budget=10)

        assert len(recipients_sent(task)) == 200
