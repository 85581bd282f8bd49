"""A group task of a customer who is charged (spec console §2.5)."""

import pytest

from common.clock import now
from customers.models import BillingAccount
from customers.services.billing import purses
from messaging.groups import planning, sending
from messaging.models import GroupSlice, GroupTask
from messaging.services import charging
from reviews.models import Template
from tests.billing import PRICE, assert_books_are_right, charged, price_everything, top_up

from .conftest import MakeTask, numbers, recipients_sent

State = GroupTask.State


@pytest.fixture
def account(notice: Template) -> BillingAccount:
    price_everything()
    charging.forget()
    yield charged(notice.customer, balance=PRICE)
    charging.forget()


def started(task: GroupTask) -> GroupTask:
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    sending.start_due(now())
    return task


def test_stops_with_a_reason_where_the_balance_ends(
    notice: Template, checked: MakeTask, channel: None, account
) -> None:
    task = checked(notice, "\n".join(numbers(1200)))
    parts = task.parts // 1200
    top_up(account, 1100 * parts * PRICE)
    started(task)

    assert sending.send_slices(task.pk, budget=10) is False

    task.refresh_from_db()
    assert task.state == State.PAUSED
    assert task.failure.startswith("Sending stopped before the end.")
    assert "Top up" in task.failure
    assert len(recipients_sent(task)) == 1000
    assert GroupSlice.objects.filter(task=task, request_id=None).count() == 1
    assert purses.balance_of(account) == 100 * parts * PRICE + PRICE
    assert_books_are_right(account)


def test_is_sent_whole_where_it_is_covered(
    notice: Template, checked: MakeTask, channel: None, account
) -> None:
    task = checked(notice, "\n".join(numbers(700)))
    top_up(account, task.parts * PRICE)
    started(task)

    sending.send_slices(task.pk, budget=10)

    task.refresh_from_db()
    assert task.state == State.SUBMITTING
    assert len(recipients_sent(task)) == 700
    assert purses.balance_of(account) == PRICE
