"""Figures stay exact while messages are sent and tallies are folded at the same time."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from messaging.models import Tally
from messaging.services import catalogue
from messaging.statistics import reading
from messaging.statistics.filters import Filters
from messaging.statistics.folding import fold
from tests.messaging.road import build_road, numbers

from .recount import kept, recounted

REQUESTS = 30


@pytest.mark.django_db(transaction=True)
def test_readers_never_see_a_message_twice_or_not_at_all():
    catalogue.forget()
    road = build_road()
    today = Filters.of_today(customer_id=road.application.customer_id)
    sent = 0
    is_over = threading.Event()
    folders = [_started(lambda: _fold_until(is_over)) for _ in range(2)]
    try:
        for turn in range(REQUESTS):
            road.accept(numbers(3, start=13800000000 + 10 * turn), blocked=[None, "SC:0003", None])
            sent += 3
            shown = reading.figures(today)
            assert (shown.total, shown.blocklisted) == (sent, sent // 3)
            if turn % 10 == 9:
                road.submit_all()
    finally:
        is_over.set()
        for folder in folders:
            folder.join()
    fold()
    assert not Tally.objects.exists()
    assert kept() == recounted()


def _fold_until(is_over: threading.Event) -> None:
    while not is_over.is_set():
        fold()
    connection.close()


def _started(target: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=target)
    thread.start()
    return thread


@pytest.mark.django_db
def test_when_much_comes_in_figures_are_those_of_the_last_folding():
    """A page does not count tens of thousands of messages one by one."""
    road = build_road()
    today = Filters.of_today(customer_id=road.application.customer_id)
    for start in range(13_800_000_000, 13_800_000_000 + reading.MOST_PENDING, 500):
        road.accept(numbers(500, start=start))
    assert reading.figures(today).total == reading.MOST_PENDING
    road.accept(numbers(1))
    assert reading.figures(today).total == 0
    fold()
    assert reading.figures(today).total == reading.MOST_PENDING + 1
