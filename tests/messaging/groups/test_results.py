"""Figures, results number by number, and what is made of the failed ones."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.clock import now
from common.errors import Refusal
from messaging.groups import checking, counting, lists, results, sending, uploads
from messaging.groups.progress import progress_of, series_of
from messaging.groups.results import Outcome
from messaging.groups.sources import FailedOf, Pasted, Repeated, Saved
from messaging.models import GroupSlice, GroupTask, Message, RecipientList
from reviews.models import Template
from tests.factories import UserFactory

from .conftest import NOON, MakeTask, numbers, started

State = Message.State


@pytest.fixture
def task(clock: Any, delivery: Template, checked: MakeTask, channel: None) -> GroupTask:
    """A task of 1,100 numbers of which 1,000 were accepted; every tenth of those failed."""
    rows = ["手机号,订单,时间", *(f"{n},A{i},09:30" for i, n in enumerate(numbers(1100)))]
    task = started(checked(delivery, "\n".join(rows)))
    sending.send_slices(task.pk, budget=2)
    Message.objects.update(state=State.DELIVERED, code="DELIVRD")
    for digit, state, code in (("0", State.FAILED, "MI:0011"), ("5", State.EXPIRED, "EXPIRED")):
        ending = f"{digit}0"
        Message.objects.filter(recipient__endswith=ending).update(state=state, code=code)
    Message.objects.filter(recipient__endswith="999").update(state=State.SUBMITTED, code="")
    counting.count(task.pk)
    return GroupTask.objects.get(pk=task.pk)


def test_the_counters_are_exact(task: GroupTask) -> None:
    progress = progress_of(task)

    assert (progress.total, progress.accepted, progress.remaining) == (1100, 1000, 100)
    assert (progress.waiting, progress.sent) == (100, 1)
    assert (progress.delivered, progress.failed) == (979, 20)
    assert progress.failures == [("EXPIRED", 10), ("MI:0011", 10)]
    assert GroupSlice.objects.filter(is_settled=True).count() == 1


def test_settled_slices_are_not_counted_again(task: GroupTask) -> None:
    Message.objects.filter(recipient="+8613800000001").update(state=State.FAILED, code="X")

    counting.count(task.pk)

    assert GroupTask.objects.get().failures == {"EXPIRED": 10, "MI:0011": 10}


def test_progress_costs_the_same_however_many_numbers_there_are(task: GroupTask) -> None:
    with CaptureQueriesContext(connection) as queries:
        progress_of(task)
    assert len(queries) == 1
    assert "messaging_message" not in queries[0]["sql"]


def test_the_series_has_points_of_seconds_at_first_and_of_minutes_later(
    task: GroupTask, clock: Any
) -> None:
    clock.move_to(NOON + timedelta(minutes=1, seconds=5))
    counting.count(task.pk)
    clock.move_to(NOON + timedelta(minutes=3, seconds=30))
    Message.objects.filter(state=State.SUBMITTED).update(state=State.DELIVERED, code="DELIVRD")
    counting.count(task.pk)
    for late, code in ((615, "MI:0001"), (645, "MI:0002")):
        clock.move_to(NOON + timedelta(seconds=late))
        Message.objects.filter(code="DELIVRD", recipient__endswith=late).update(
            state=State.FAILED, code=code
        )
        GroupSlice.objects.update(is_settled=False)
        counting.count(task.pk)

    points = series_of(task)

    assert [point.at for point in points] == [
        NOON + timedelta(seconds=10),
        NOON + timedelta(seconds=220),
        NOON + timedelta(minutes=11),
    ]
    assert [(point.accepted, point.sent, point.delivered) for point in points] == [
        (1000, 1, 979),
        (1000, 0, 980),
        (1000, 0, 978),
    ]


def test_rate_and_end_are_estimated_from_the_last_minutes(task: GroupTask, clock: Any) -> None:
    clock.move_to(NOON + timedelta(seconds=50))
    counting.count(task.pk)

    progress = progress_of(GroupTask.objects.get())

    assert progress.rate == pytest.approx(1000 / 50)
    assert progress.ends_at == NOON + timedelta(seconds=55)


def test_counting_rests_ten_times_as_long_as_it_took_and_longer_when_nothing_happens(
    task: GroupTask, clock: Any
) -> None:
    waits = []
    for _time in range(8):
        clock.move_to(GroupTask.objects.get().recount_at)
        assert counting.count_due(now() - timedelta(seconds=0.5)) == 0
        assert counting.count_due(now()) == 1
        found = GroupTask.objects.get()
        waits.append((found.recount_at - found.counted_at).total_seconds())

    assert waits[-1] == 30
    assert waits == sorted(waits)


def test_pages_go_on_behind_the_last_position(task: GroupTask) -> None:
    seen: list[int] = []
    while page := results.page(task, after=seen[-1] if seen else 0, limit=300):
        seen += [row.position for row in page]

    assert seen == list(range(1, 1101))
    row = results.page(task, after=501, limit=1)[0]
    assert (row.position, row.line, row.recipient) == (502, 503, "+8613800000501")
    assert (list(row.values), row.outcome) == (["A501", "09:30"], Outcome.DELIVERED)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"outcome": Outcome.FAILED}, 20),
        ({"outcome": Outcome.DELIVERED}, 979),
        ({"outcome": Outcome.SENT}, 1),
        ({"outcome": Outcome.WAITING}, 100),
        ({"code": "MI:0011"}, 10),
        ({"code": "DELIVRD"}, 979),
        ({"code": "unknown"}, 0),
        ({"recipient": "+8613800000007"}, 1),
        ({"recipient": "+8613800001050"}, 1),
        ({"recipient": "+8613800000007", "outcome": Outcome.FAILED}, 0),
    ],
)
def test_results_are_filtered(task: GroupTask, filters: dict[str, Any], count: int) -> None:
    found = results.page(task, limit=2000, **filters)

    assert len(found) == count
    assert [row.position for row in found] == sorted(row.position for row in found)


def test_failed_numbers_come_as_a_stream(task: GroupTask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_STREAMED", 7)

    rows = list(results.failed(task))

    assert Counter(row.code for row in rows) == {"MI:0011": 10, "EXPIRED": 10}
    assert [row.line for row in rows][:3] == [2, 52, 102]
    assert next(row.recipient for row in results.failed(task, ["EXPIRED"])) == "+8613800000050"


class TestNewTasks:
    """What recipients may be taken from."""

    def make(self, task: GroupTask, recipients: Any) -> GroupTask:
        made = uploads.create(
            customer=task.customer,
            application=task.application,
            signature=task.signature,
            template=task.template,
            name="Again",
            recipients=recipients,
            actor=UserFactory(),
        )
        checking.check(made.pk)
        return GroupTask.objects.get(pk=made.pk)

    def test_failed_numbers_are_sent_to_again(self, task: GroupTask) -> None:
        made = self.make(task, FailedOf(task, codes=("MI:0011",)))

        assert (made.state, made.valid_rows, made.has_problems) == ("checked", 10, False)
        assert made.resent_from == task
        assert results.page(made, limit=1) == []
        assert made.file_name == "Failed numbers of Autumn notice"
        first = made.blocks.get()
        assert first.recipients[0] == "+8613800000000"
        assert first.variables[0] == ["A0", "09:30"]

    def test_all_good_numbers_are_repeated(self, task: GroupTask) -> None:
        assert self.make(task, Repeated(task)).valid_rows == 1100

    def test_erased_values_cannot_be_sent_again(self, task: GroupTask) -> None:
        task.blocks.update(variables=None)

        with pytest.raises(Refusal) as caught:
            self.make(task, FailedOf(task))

        assert (caught.value.code, caught.value.field) == ("group_values_erased", "recipients")

    def test_numbers_are_pasted_with_their_values(self, task: GroupTask) -> None:
        made = self.make(task, Pasted("13800138000,A1,09:30\n13800138001,A2,10:00"))

        assert (made.valid_rows, made.has_problems) == (2, False)

    def test_a_list_is_kept_counted_and_used(self, task: GroupTask) -> None:
        kept = lists.create(
            customer=task.customer,
            name="Members",
            recipients=Repeated(task),
            actor=task.created_by,
        )
        lists.check(kept.pk)
        kept.refresh_from_db()
        assert (kept.state, kept.numbers, kept.invalid_rows, kept.columns) == ("ready", 1100, 0, 2)

        made = self.make(task, Saved(kept))
        assert (made.valid_rows, made.recipient_list, made.file_name) == (1100, kept, "Members")

        lists.delete(recipient_list=kept, actor=task.created_by)
        made.refresh_from_db()
        assert made.recipient_list is None
        assert made.file.read()
        assert not RecipientList.objects.exists()
