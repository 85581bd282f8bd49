"""A group task that reaches a traffic threshold waits with what does not fit."""

from typing import Any

import pytest

from customers.models import Notice
from messaging.groups import control, sending
from messaging.groups.estimate import estimate_of
from messaging.groups.progress import unsent_of
from messaging.models import GroupTask, TrafficThreshold
from messaging.policy import thresholds
from reviews.models import Template

from .conftest import MakeTask, numbers, recipients_sent, started


@pytest.fixture
def threshold(notice: Template) -> TrafficThreshold:
    return TrafficThreshold.objects.create(
        customer=notice.customer,
        daily_alarm=500,
        daily_limit=1200,
        monthly_alarm=5000,
        monthly_limit=9000,
    )


@pytest.mark.usefixtures("channel")
def test_it_pauses_says_so_and_goes_on_when_the_limit_is_raised(
    notice: Template, checked: MakeTask, threshold: TrafficThreshold
) -> None:
    rows = ["bad", *numbers(1300)]
    task = started(checked(notice, "\n".join(rows)))

    assert sending.send_slices(task.pk, budget=10) is False

    task.refresh_from_db()
    assert task.state == GroupTask.State.PAUSED
    assert "Sending stopped before the end. 1000 of 1200 messages of the day" in task.failure
    assert len(recipients_sent(task)) == task.accepted_rows == 1000
    unsent = unsent_of(task)
    assert (unsent.count, unsent.first_line) == (300, 1002)
    assert Notice.objects.filter(event="daily_limit").count() == 1
    threshold.refresh_from_db()
    assert threshold.day_used == 1000

    TrafficThreshold.objects.update(daily_limit=2000)
    thresholds.forget()
    control.resume(task=task, actor=task.created_by)
    sending.send_slices(task.pk, budget=10)

    assert recipients_sent(task) == [f"+86{number}" for number in numbers(1300)]
    assert unsent_of(task) is None


def test_the_estimate_says_how_many_do_not_fit(
    notice: Template, checked: MakeTask, threshold: TrafficThreshold, clock: Any
) -> None:
    task = checked(notice, "\n".join(numbers(1300)))

    estimate = estimate_of(task)

    assert (estimate.day_left, estimate.beyond_day) == (1200, 100)
    assert (estimate.month_left, estimate.beyond_month) == (9000, 0)
    assert (estimate.cost, estimate.is_covered) == (None, True)
