"""The engine against real receivers on real sockets."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from messaging.models import Callback
from messaging.services import push
from tests.messaging.road import Road


@pytest.fixture(autouse=True)
def _own_pusher() -> Iterator[None]:
    """The session of the worker process is made with the settings of the test."""
    push.stop()
    yield
    push.stop()


@pytest.fixture
def reports(httpserver: HTTPServer) -> list[dict[str, list[str]]]:
    received: list[dict[str, list[str]]] = []

    def take(request: Request) -> Response:
        received.append(parse_qs(request.get_data(as_text=True)))
        return Response('{"returnCode":0}')

    httpserver.expect_request("/report", method="POST").respond_with_handler(take)
    return received


def test_every_report_arrives(road: Road, httpserver: HTTPServer, reports):
    accepted = road.deliver(50, callback=httpserver.url_for("/report"))
    assert push.push_due(budget_s=10) == 50
    assert sorted(report["smsMsgId"][0] for report in reports) == accepted.sms_msg_ids(50)
    assert set(Callback.objects.values_list("state", flat=True)) == {Callback.State.DELIVERED}


def test_a_receiver_that_fails_is_asked_again(road: Road, httpserver: HTTPServer):
    httpserver.expect_ordered_request("/report").respond_with_data("", status=500)
    httpserver.expect_ordered_request("/report").respond_with_data("")
    road.deliver(1, callback=httpserver.url_for("/report"))
    push.push_due(budget_s=10)
    callback = Callback.objects.get()
    assert (callback.state, callback.http_status) == (Callback.State.DUE, 500)
    Callback.objects.update(next_attempt_at=callback.attempted_at)
    push.push_due(budget_s=10)
    assert Callback.objects.get().state == Callback.State.DELIVERED


def test_nobody_there_is_a_visible_error(road: Road, unused_tcp_port: int):
    road.deliver(1, callback=f"http://127.0.0.1:{unused_tcp_port}/report")
    assert push.push_due(budget_s=10) == 1
    callback = Callback.objects.get()
    assert (callback.http_status, callback.error, callback.attempts) == (None, "refused", 1)


def test_private_addresses_need_permission(road: Road, httpserver: HTTPServer, reports, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    road.deliver(1, callback=httpserver.url_for("/report"))
    push.push_due(budget_s=10)
    assert reports == []
    assert Callback.objects.get().error == "blocked"


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
