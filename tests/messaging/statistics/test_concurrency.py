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
