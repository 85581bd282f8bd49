"""A dead receiver of one customer delays nobody else."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.db import connection
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from common.outbound import TOTAL_TIMEOUT_S
from messaging.models import Callback, CallbackAttempt, CallbackTarget, Channel
from messaging.services import backlog, push
from messaging.services.lanes import FIRST_WINDOW
from tests.messaging.road import build_road

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_session() -> Iterator[None]:
    push.stop()
    yield
    push.stop()


class BlackHole:
    """Accepts every connection and never answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._connections: list[socket.socket] = []
        self.is_called = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/report"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self._connections.append(self._listener.accept()[0])
            except OSError:
                return
            self.is_called.set()

    def close(self) -> None:
        self._listener.close()
        for one in self._connections:
            one.close()


@pytest.fixture
def black_hole() -> Iterator[BlackHole]:
    with closing(BlackHole()) as hole:
        yield hole


@pytest.fixture
def arrival(httpserver: HTTPServer) -> threading.Event:
    arrived = threading.Event()

    def take(_: Request) -> Response:
        arrived.set()
        return Response()

    httpserver.expect_request("/report").respond_with_handler(take)
    return arrived


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_black_hole_of_another_customer_delays_nobody(
    black_hole: BlackHole, httpserver: HTTPServer, arrival: threading.Event
):
    unlucky = build_road()
    for _ in range(10):
        unlucky.deliver(500, callback=black_hole.url)
    Channel.objects.all().delete()
    healthy = build_road()
    worker = in_thread(lambda: push.push_due(budget_s=30))
    assert black_hole.is_called.wait(10)

    healthy.deliver(1, callback=httpserver.url_for("/report"))
    assert arrival.wait(TOTAL_TIMEOUT_S - 1), "the healthy receiver waited for the black hole"

    worker.join(20)
    assert not worker.is_alive(), "the run goes on although nothing can be done"
    target = CallbackTarget.objects.get(url=black_hole.url)
    tried = CallbackAttempt.objects.exclude(http_status=200)
    assert {attempt.error for attempt in tried} == {"timeout"}
    assert len(tried) == FIRST_WINDOW, "a dead receiver is tried a few times, not 5,000 times"
    untouched = Callback.objects.filter(target=target, attempts=0, state=Callback.State.DUE)
    assert untouched.count() == 5000 - FIRST_WINDOW
    assert target.open_until is not None
    assert not push.has_due()


@pytest.mark.usefixtures("db")
def test_a_half_open_address_is_tried_once_and_opens_for_longer(unused_url: str):
    build_road().deliver(30, callback=unused_url)
    assert push.push_due(budget_s=10) == FIRST_WINDOW
    opened = CallbackTarget.objects.get()
    CallbackTarget.objects.update(open_until=LONG_AGO)
    assert push.push_due(budget_s=10) == 1
    again = CallbackTarget.objects.get()
    assert (opened.trips, again.trips) == (1, 2)
    # Both times are counted from the same moment, that of the test's transaction.
    assert again.open_until > opened.open_until


@pytest.mark.usefixtures("db")
def test_an_answer_closes_the_circuit_and_all_that_waited_is_sent(
    httpserver: HTTPServer, arrival: threading.Event
):
    build_road().deliver(300, callback=httpserver.url_for("/report"))
    CallbackTarget.objects.update(failures=40, trips=3, open_until=LONG_AGO)
    assert push.push_due(budget_s=20) == 300
    assert arrival.is_set()
    target = CallbackTarget.objects.get()
    assert (target.failures, target.trips, target.open_until) == (0, 0, None)


@pytest.mark.usefixtures("db")
def test_an_open_circuit_is_left_alone(httpserver: HTTPServer, arrival: threading.Event):
    build_road().deliver(3, callback=httpserver.url_for("/report"))
    CallbackTarget.objects.update(open_until=datetime(2100, 1, 1, tzinfo=UTC))
    assert not push.has_due()
    assert push.push_due(budget_s=10) == 0
    assert not arrival.is_set()


@pytest.mark.usefixtures("db")
def test_a_receiver_that_refuses_is_alive(httpserver: HTTPServer):
    httpserver.expect_request("/report").respond_with_data("", status=404)
    build_road().deliver(30, callback=httpserver.url_for("/report"))
    assert push.push_due(budget_s=20) == 30
    assert CallbackTarget.objects.get().open_until is None


@pytest.mark.usefixtures("db")
def test_what_was_queued_for_a_receiver_that_dies_keeps_its_attempts(httpserver: HTTPServer):
    answered = 0

    def take(_: Request) -> Response:
        nonlocal answered
        answered += 1
        return Response(status=200 if answered <= 200 else 503)

    httpserver.expect_request("/report").respond_with_handler(take)
    build_road().deliver(500, callback=httpserver.url_for("/report"))
    attempted = push.push_due(budget_s=20)
    assert 200 < attempted < 500
    assert attempted == answered
    assert Callback.objects.filter(state=Callback.State.DELIVERED).count() == 200
    assert Callback.objects.filter(attempts=0, state=Callback.State.DUE).count() == 500 - attempted


@pytest.mark.usefixtures("db")
def test_more_dead_addresses_than_connections_end_as_well(unused_url: str):
    road = build_road()
    for n in range(120):
        road.accept(["+14155550100"], callback=f"{unused_url}/{n}", blocked=["E200024"])
    assert push.push_due(budget_s=20) == 120


@pytest.fixture
def unused_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/report"


@pytest.mark.usefixtures("db")
def test_what_waits_for_a_dead_receiver_is_no_delay_of_the_platform(unused_url: str):
    build_road().deliver(1, callback=unused_url)
    Callback.objects.update(next_attempt_at=LONG_AGO)
    assert backlog.ages().oldest_due_callback_s > 0
    CallbackTarget.objects.update(open_until=LONG_AGO)
    assert backlog.ages().oldest_due_callback_s == 0
