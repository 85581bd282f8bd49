"""The callback log, one report in detail, replays, and the overview of addresses."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_httpserver import HTTPServer

from customers.models import AuditEvent
from messaging.models import Callback, CallbackAttempt, CallbackTarget, SendRequest
from messaging.services import push
from tests.messaging.road import Road
from tests.messaging.services.test_callback import build_road_of_another_customer

from .conftest import Visitor

LIST = reverse("portal:callback-list")
ADDRESSES = reverse("portal:callback-addresses")
REPLAY = reverse("portal:callback-replay-found")
REPORT = "http://127.0.0.1:9/report"


@pytest.fixture(autouse=True)
def _own_session() -> Iterator[None]:
    push.stop()
    yield
    push.stop()


@pytest.fixture
def receiver(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/good").respond_with_data("<b>taken</b>")
    httpserver.expect_request("/bad").respond_with_data("busy", status=503)
    return httpserver.url_for("")


def log(visitor: Visitor, query: str = "") -> list[tuple[int, int, int]]:
    response = visitor.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [tuple(entry.place) for entry, _meaning, _latest in response.context["rows"]]


def detail_of(road: Road, sms_msg_id: str, sequence: int = 1) -> str:
    return reverse("portal:callback-detail", args=[sms_msg_id, sequence])


def attempted(message_id: int, *, status: int | None, number: int = 1, error: str = "") -> None:
    """Log an attempt as the worker does, without waiting for one."""
    CallbackAttempt.objects.create(
        message_id=message_id,
        sequence=1,
        number=number,
        at=timezone.now(),
        http_status=status,
        elapsed_ms=12,
        error=error,
        answer="",
    )


class TestLog:
    def test_each_attempt_says_what_came_of_it(self, owner: Visitor, road: Road, receiver: str):
        road.deliver(1, callback=f"{receiver}good")
        road.deliver(1, callback=f"{receiver}bad")
        push.push_due(budget_s=10)
        page = owner.get(LIST).content.decode()
        assert "HTTP 200" in page
        assert "HTTP 503" in page
        assert "The receiver failed: look into its log." in page
        assert "Attempt at <time" in page

    def test_attempts_of_a_report_stand_together_newest_first(self, owner: Visitor, road: Road):
        first = road.deliver(2, callback=REPORT).first_id
        for number in (1, 2):
            attempted(first, status=500, number=number)
        assert log(owner) == [(first + 1, 1, 0), (first, 1, 2), (first, 1, 1)]

    def test_pages_follow_each_other_without_a_gap(self, owner: Visitor, road: Road):
        first = road.deliver(40, callback=REPORT).first_id
        for n in range(40):
            for number in (1, 2, 3):
                attempted(first + n, status=500, number=number)
        response = owner.get(LIST)
        seen = [entry.place for entry, *_ in response.context["rows"]]
        while older := response.context["older"]:
            response = owner.get(f"{LIST}?before={older}")
            seen += [entry.place for entry, *_ in response.context["rows"]]
        places = [(first + n, 1, number) for n in range(40) for number in (1, 2, 3)]
        assert [tuple(place) for place in seen] == places[::-1]

    @pytest.mark.parametrize("before", ["x", "1-2", "1-2-x", "9" * 30 + "-1-1"])
    def test_a_senseless_page_is_the_first_one(self, before: str, owner: Visitor, road: Road):
        road.deliver(2, callback=REPORT)
        assert len(log(owner, f"before={before}")) == 2

    def test_filters_narrow_the_log(self, owner: Visitor, road: Road):
        accepted = road.deliver(4, callback=REPORT)
        first, ids = accepted.first_id, accepted.sms_msg_ids(4)
        states = [
            ("delivered", Callback.State.DELIVERED, 1),
            ("waiting", Callback.State.DUE, 0),
            ("failed", Callback.State.DUE, 1),
            ("given_up", Callback.State.GIVEN_UP, 11),
        ]
        for n, (_name, state, attempts) in enumerate(states):
            Callback.objects.filter(message_id=first + n).update(state=state, attempts=attempts)
        for n, (name, *_) in enumerate(states):
            assert log(owner, f"outcome={name}") == [(first + n, 1, 0)], name
        assert log(owner, f"identifier={ids[2]}") == [(first + 2, 1, 0)]
        assert log(owner, "number=13800000001") == [(first + 1, 1, 0)]
        other = road.deliver(1, callback="http://127.0.0.1:9/OTHER").first_id
        assert log(owner, "address=/other") == [(other, 1, 0)]
        assert log(owner, "address=/other&number=13800000001") == []
        assert len(log(owner, f"application={road.application.pk}")) == 5
        assert len(log(owner, f"identifier={accepted.uuid}")) == 4
        an_hour_ago = timezone.localtime() - timedelta(hours=1)
        assert log(owner, f"end={an_hour_ago:%Y-%m-%dT%H:%M:%S}") == []

    def test_reports_of_others_do_not_show(self, stranger: Visitor, road: Road):
        accepted = road.deliver(2, callback=REPORT)
        assert log(stranger) == []
        assert log(stranger, "number=13800000000") == []
        assert log(stranger, f"identifier={accepted.sms_msg_ids(1)[0]}") == []

    def test_a_wrong_filter_says_what_to_do(self, owner: Visitor, road: Road):
        response = owner.get(f"{LIST}?identifier=abc")
        assert response.status_code == 422
        assert "neither an smsMsgId nor a request ID" in response.content.decode()

    def test_numbers_are_masked_for_viewers(self, viewer: Visitor, operator: Visitor, road: Road):
        road.deliver(1, callback=REPORT)
        assert "138****0000" in viewer.get(LIST).content.decode()
        assert "138 0000 0000" in operator.get(LIST).content.decode()

    def test_the_page_costs_the_same_for_one_and_for_fifty(
        self, owner: Visitor, road: Road, django_assert_num_queries
    ):
        road.deliver(1, callback=REPORT)
        owner.get(LIST)
        with CaptureQueriesContext(connection) as few:
            owner.get(LIST)
        road.deliver(60, callback=f"{REPORT}/other")
        with django_assert_num_queries(len(few.captured_queries)):
            owner.get(LIST)


class TestDetail:
    def test_attempts_with_the_escaped_answer(self, owner: Visitor, road: Road, receiver: str):
        accepted = road.deliver(1, callback=f"{receiver}good", extend="order-7")
        push.push_due(budget_s=10)
        page = owner.get(detail_of(road, accepted.sms_msg_ids(1)[0])).content.decode()
        assert "&lt;b&gt;taken&lt;/b&gt;" in page
        assert "HTTP 200" in page

    def test_the_payload_is_what_the_receiver_got(
        self, owner: Visitor, road: Road, httpserver: HTTPServer, receiver: str
    ):
        accepted = road.deliver(1, callback=f"{receiver}good", extend="order-7")
        push.push_due(budget_s=10)
        (got, _answer) = httpserver.log[0]
        response = owner.get(detail_of(road, accepted.sms_msg_ids(1)[0]))
        assert response.context["push"].body == got.get_data(as_text=True)
        assert "Not signed" in response.content.decode()

    def test_a_viewer_sees_the_payload_without_the_number(self, viewer: Visitor, road: Road):
        accepted = road.deliver(1, callback=REPORT, extend="order-7")
        page = viewer.get(detail_of(road, accepted.sms_msg_ids(1)[0])).content.decode()
        assert "13800000000" not in page
        assert "138****0000" in page

    def test_the_circuit_in_words(self, owner: Visitor, road: Road):
        accepted = road.deliver(1, callback=REPORT)
        until = timezone.now() + timedelta(minutes=1)
        CallbackTarget.objects.update(failures=7, open_until=until)
        page = owner.get(detail_of(road, accepted.sms_msg_ids(1)[0])).content.decode()
        assert f"Not called until {timezone.localtime(until):%Y-%m-%d %H:%M:%S}" in page
        assert "because 7 calls in a row failed" in page

    def test_a_part_that_is_none_is_not_found(self, owner: Visitor, road: Road):
        accepted = road.deliver(1, callback=REPORT)
        assert owner.get(detail_of(road, accepted.sms_msg_ids(1)[0], 2)).status_code == 404
        assert owner.get(detail_of(road, f"{road.template.public_id}_1")).status_code == 404


class TestReplay:
    def test_one_report_arrives_again(
        self, operator: Visitor, road: Road, httpserver: HTTPServer, receiver: str
    ):
        accepted = road.deliver(1, callback=f"{receiver}good")
        push.push_due(budget_s=10)
        detail = detail_of(road, accepted.sms_msg_ids(1)[0])
        assert operator.post(f"{detail}/replay").url == detail
        push.push_due(budget_s=10)
        assert len(httpserver.log) == 2
        assert [attempt.number for attempt in CallbackAttempt.objects.order_by("number")] == [1, 2]
        event = AuditEvent.objects.get(verb="replay")
        assert event.actor == operator.membership.user
        assert event.object_id == f"{accepted.first_id}/1"

    def test_what_is_found_is_counted_first_and_then_pushed(
        self, operator: Visitor, road: Road, httpserver: HTTPServer, receiver: str
    ):
        road.deliver(3, callback=f"{receiver}good")
        road.deliver(2, callback=REPORT)
        push.push_due(budget_s=10)
        Callback.objects.filter(http_status=None).update(state=Callback.State.GIVEN_UP)
        page = operator.get(f"{REPLAY}?address=good")
        assert page.context["count"] == 3
        assert "3 reports match and are pushed again" in page.content.decode()
        assert operator.post(REPLAY, page.context["fields"]).url == LIST
        assert push.push_due(budget_s=10) == 3
        assert len(httpserver.log) == 6
        assert AuditEvent.objects.get(verb="replay").after == {"reports": 3}

    def test_too_many_are_not_pushed(
        self, operator: Visitor, road: Road, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("messaging.queries.replayable.MOST_REPLAYED", 2)
        road.deliver(3, callback=REPORT)
        Callback.objects.update(state=Callback.State.GIVEN_UP)
        page = operator.get(REPLAY)
        assert "More than 2 reports match" in page.content.decode()
        assert operator.post(REPLAY, page.context["fields"]).status_code == 200
        assert not Callback.objects.filter(state=Callback.State.DUE).exists()

    def test_reports_too_old_are_not_counted(self, operator: Visitor, road: Road):
        long_ago = timezone.now() - timedelta(days=6)
        road.deliver(1, callback=REPORT)
        SendRequest.objects.update(created_at=long_ago)
        page = operator.get(f"{REPLAY}?start={timezone.localtime(long_ago):%Y-%m-%dT%H:%M}")
        assert page.context["count"] == 0
        assert "No report matches the filters" in page.content.decode()

    def test_a_wrong_filter_leads_back(self, operator: Visitor, road: Road):
        assert operator.get(f"{REPLAY}?number=x").url.startswith(f"{LIST}?")

    def test_reports_of_others_stay(self, road: Road, stranger: Visitor):
        accepted = road.deliver(1, callback=REPORT)
        Callback.objects.update(state=Callback.State.GIVEN_UP)
        detail = detail_of(road, accepted.sms_msg_ids(1)[0])
        assert stranger.post(f"{detail}/replay").status_code == 404
        stranger.post(REPLAY, stranger.get(REPLAY).context["fields"])
        assert Callback.objects.get().state == Callback.State.GIVEN_UP

    def test_viewers_are_offered_none(self, viewer: Visitor, road: Road):
        accepted = road.deliver(1, callback=REPORT)
        assert REPLAY not in viewer.get(LIST).content.decode()
        detail = detail_of(road, accepted.sms_msg_ids(1)[0])
        assert "/replay" not in viewer.get(detail).content.decode()


class TestAddresses:
    def test_what_each_is_owed_and_how_it_is(self, owner: Visitor, road: Road):
        road.deliver(3, callback=REPORT)
        road.deliver(1, callback=f"{REPORT}/well")
        Callback.objects.filter(target__url=f"{REPORT}/well").update(state=Callback.State.DELIVERED)
        CallbackTarget.objects.filter(url=REPORT).update(failures=3)
        rows = owner.get(ADDRESSES).context["rows"]
        assert [(address.url, address.waiting) for address, _circuit in rows] == [
            (REPORT, 3),
            (f"{REPORT}/well", 0),
        ]
        assert rows[0][0].oldest_at is not None
        assert [circuit.tone for _address, circuit in rows] == ["waiting", "good"]

    def test_addresses_of_others_do_not_show(self, owner: Visitor, road: Road):
        build_road_of_another_customer(road).deliver(1, callback=f"{REPORT}/theirs")
        assert owner.get(ADDRESSES).context["rows"] == []

    def test_each_leads_to_its_attempts(self, owner: Visitor, road: Road):
        road.deliver(1, callback=f"{REPORT}?a=1&b=2")
        page = owner.get(ADDRESSES).content.decode()
        (query,) = re.findall(r'href="/callbacks\?([^"]+)"', page)
        assert len(log(owner, query)) == 1
