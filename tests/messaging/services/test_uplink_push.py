"""Uplinks as a customer's server gets them: fields, signature, ladder, replay."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from messaging.models import Callback, CallbackAttempt
from messaging.services import push, push_keys
from messaging.services.replay import replay, replay_range
from tests.factories import CustomerFactory
from tests.messaging.replies import HANDSET, arrival, number_of, receive, replied
from tests.messaging.road import Road, numbers
from tests.messaging.services.test_push_batches import ACCESS, SECRET, set_up, verify


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    push.stop()
    push_keys.forget()
    yield
    push.stop()
    push_keys.forget()


@pytest.fixture
def requests(road: Road, httpserver: HTTPServer) -> list[Request]:
    """What came to the application's uplink address."""
    seen: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        seen.append(request)
        return Response("taken")

    httpserver.expect_request("/report", method="POST").respond_with_handler(take)
    set_up(road, uplink_url=httpserver.url_for("/report"))
    return seen


def fields(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.get_data(as_text=True), strict_parsing=True)


def test_the_fields_are_the_documented_ones(road: Road, requests: list[Request]):
    road.deliver(1, callback="")
    reply = replied(road, "好的 & 100% = ok+")
    push.push_due(budget_s=10)
    (request,) = requests
    assert request.content_type == "application/x-www-form-urlencoded"
    assert fields(request) == {
        "smsMsgId": [f"{reply.uuid}_{reply.id}"],
        "from": [HANDSET],
        "to": [number_of(road)],
        "body": ["好的 & 100% = ok+"],
    }
    assert len(reply.sms_msg_id) <= 50


def test_the_time_comes_when_the_application_was_created_so(road: Road, requests: list[Request]):
    set_up(road, receives_uplink_time=True)
    replied(road)
    push.push_due(budget_s=10)
    assert fields(requests[0])["createTime"] == ["2026-05-01T08:30:00Z"]


def test_pushes_are_signed(road: Road, requests: list[Request]):
    set_up(road, push_ak=ACCESS, push_sk=SECRET)
    replied(road)
    push.push_due(budget_s=10)
    verify(requests[0])


def test_many_arrive_once_each_beside_reports(road: Road, requests: list[Request], httpserver):
    road.deliver(20, callback=httpserver.url_for("/report"))
    receive(road, *(arrival(road, sender=number) for number in numbers(20)))
    assert push.push_due(budget_s=10) == 40
    sent = [fields(request) for request in requests]
    assert sorted(one["from"][0] for one in sent if "body" in one) == numbers(20)
    assert sum("status" in one for one in sent) == 20


def test_an_empty_body_is_a_field(road: Road, requests: list[Request]):
    replied(road, "")
    push.push_due(budget_s=10)
    assert b"body=&" in requests[0].get_data() + b"&"


def test_a_receiver_that_fails_is_asked_again(road: Road, httpserver: HTTPServer):
    httpserver.expect_ordered_request("/up").respond_with_data("broken", status=500)
    httpserver.expect_ordered_request("/up").respond_with_data("")
    set_up(road, uplink_url=httpserver.url_for("/up"))
    replied(road)
    push.push_due(budget_s=10)
    callback = Callback.objects.get()
    assert (callback.state, callback.http_status) == (Callback.State.DUE, 500)
    assert callback.next_attempt_at > timezone.now() + timedelta(seconds=3)
    Callback.objects.update(next_attempt_at=callback.attempted_at)
    push.push_due(budget_s=10)
    assert Callback.objects.get().state == Callback.State.DELIVERED
    log = CallbackAttempt.objects.order_by("number")
    assert list(log.values_list("number", "http_status", "answer")) == [
        (1, 500, "broken"),
        (2, 200, ""),
    ]


class TestReplay:
    def test_one(self, road: Road, requests: list[Request]):
        reply = replied(road)
        push.push_due(budget_s=10)
        assert replay(customer=road.application.customer, reports=[(reply.id, 1)]) == 1
        push.push_due(budget_s=10)
        first, second = requests
        assert first.get_data() == second.get_data()

    def test_not_for_others(self, road: Road, requests: list[Request]):
        reply = replied(road)
        push.push_due(budget_s=10)
        assert replay(customer=CustomerFactory(), reports=[(reply.id, 1)]) == 0

    def test_a_range(self, road: Road, requests: list[Request]):
        moment = timezone.now()
        replied(road, received_at=moment)
        replied(road, received_at=moment - timedelta(hours=2))
        push.push_due(budget_s=10)
        span = {"since": moment - timedelta(hours=1), "until": moment + timedelta(hours=1)}
        customer = road.application.customer
        assert replay_range(customer=customer, **span) == 0
        assert replay_range(customer=customer, with_delivered=True, **span) == 1
        assert replay_range(customer=CustomerFactory(), with_delivered=True, **span) == 0
