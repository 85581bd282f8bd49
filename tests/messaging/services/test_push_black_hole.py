"""100,000 reports owed to a black hole, and a healthy customer whose report is on time."""

import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from django.db import connection
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from messaging.models import Callback, Channel
from messaging.services import push
from tests.messaging.road import build_road

from .test_push_fairness import BlackHole, in_thread

DUE = 100_000
APART = 10_000_000
"""Keeps their ids clear of those that are given out next."""
LATE_S = 10.0
"""Two seconds are the aim; a loaded machine gets more, far less than the black hole would take."""

# Reports of one message stand for those of 100,000: what matters is how many rows are due.
_OWE = """
INSERT INTO messaging_callback (message_id, sequence, target_id, next_attempt_at)
SELECT message_id + number, 1, target_id, next_attempt_at
FROM messaging_callback CROSS JOIN generate_series(%s, %s) AS number
"""
_MESSAGES = """
INSERT INTO messaging_message
    (id, request_id, customer_id, recipient, state, parts, parts_open, code, finished_at)
SELECT id + number, request_id, customer_id, recipient, state, parts, parts_open, code, finished_at
FROM messaging_message CROSS JOIN generate_series(%s, %s) AS number
"""
_PARTS = """
INSERT INTO messaging_part
    (message_id, sequence, channel_id, carrier_id, code, source, reported_at)
SELECT message_id + number, sequence, channel_id, '', code, source, reported_at
FROM messaging_part CROSS JOIN generate_series(%s, %s) AS number
"""


def owe_to(url: str) -> None:
    """`DUE` reports of delivered messages, all due."""
    build_road().deliver(1, callback=url)
    with connection.cursor() as cursor:
        for statement in (_OWE, _MESSAGES, _PARTS):
            cursor.execute(statement, [APART, APART + DUE - 2])


@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_reports_for_a_black_hole_delay_nobody(
    httpserver: HTTPServer, record_property: Callable[[str, object], None]
):
    arrived_at: list[float] = []
    arrived = threading.Event()

    def take(_: Request) -> Response:
        arrived_at.append(time.monotonic())
        arrived.set()
        return Response()

    httpserver.expect_request("/report").respond_with_handler(take)
    push.stop()
    with closing(BlackHole()) as hole:
        owe_to(hole.url)
        Channel.objects.all().delete()
        healthy = build_road()
        worker = in_thread(lambda: push.push_due(budget_s=20))
        assert hole.is_called.wait(30)
        healthy.deliver(1, callback=httpserver.url_for("/report"))
        reported_at = time.monotonic()
        assert arrived.wait(30)
        worker.join(60)
    push.stop()
    delay_s = arrived_at[0] - reported_at
    record_property("delay_s", delay_s)
    assert delay_s < LATE_S
    waiting = Callback.objects.filter(state=Callback.State.DUE)
    assert waiting.count() == DUE
