"""The callback log: searched, one report with its attempts, addresses, and pushing again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import AuditEvent
from messaging.models import Callback, CallbackAttempt, SendRequest
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import member_of, queries_of
from tests.messaging.road import Road

REPORT = "http://127.0.0.1:9/report"


@pytest.fixture
def keys(road: Road) -> list[str]:
    """Three messages that arrived; the report of the first failed twice and was given up."""
    accepted = road.deliver(3, callback=REPORT)
    first = Callback.objects.filter(message_id=accepted.first_id)
    for number in (1, 2):
        CallbackAttempt.objects.create(
            message_id=accepted.first_id,
            sequence=1,
            number=number,
            at=timezone.now(),
            http_status=503,
            elapsed_ms=12,
            answer="busy",
        )
    first.update(state=Callback.State.GIVEN_UP, attempts=2)
    return accepted.sms_msg_ids(3)


def test_the_log_in_pages(sender: ConsoleCaller, keys: list[str]):
    rows = sender.call("GET", "callbacks").body["results"]
    assert [(one["sms_msg_id"], one["attempt"]) for one in rows] == [
        (keys[2], 0),
        (keys[1], 0),
        (keys[0], 2),
        (keys[0], 1),
    ]
    assert [one["state"] for one in rows] == ["DUE", "DUE", "GIVEN_UP", "GIVEN_UP"]
    assert rows[2]["http_status"] == 503
    assert rows[2]["remedy"]
    first = sender.call("GET", "callbacks", limit=3).body
    second = sender.call("GET", "callbacks", limit=3, before=first["next"]).body
    assert [one["attempt"] for one in second["results"]] == [1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"outcome": "given_up"}, 2),
        ({"outcome": "waiting"}, 2),
        ({"outcome": "delivered"}, 0),
        ({"address": "REPORT"}, 4),
        ({"address": "elsewhere"}, 0),
        ({"number": "+8613800000000"}, 2),
        ({"outcome": "", "address": "", "number": ""}, 4),
    ],
)
def test_filters(sender: ConsoleCaller, keys: list[str], query: dict[str, str], count: int):
    assert len(sender.call("GET", "callbacks", **query).body["results"]) == count


def test_one_report_and_the_addresses(sender: ConsoleCaller, keys: list[str]):
    body = sender.call("GET", f"callbacks/{keys[0]}/1").body
    assert (body["state"], body["next_attempt_time"]) == ("GIVEN_UP", None)
    assert [(one["attempt"], one["answer"]) for one in body["attempts"]] == [
        (2, "busy"),
        (1, "busy"),
    ]
    (address,) = sender.call("GET", "callbacks/addresses").body["results"]
    assert (address["url"], address["kind"], address["waiting"]) == (REPORT, "report", 2)


def test_viewers_see_masked_numbers(viewer: ConsoleCaller, keys: list[str]):
    rows = viewer.call("GET", "callbacks").body["results"]
    assert {one["number"] for one in rows} == {"138****0000", "138****0001", "138****0002"}


def test_one_report_again(sender: ConsoleCaller, keys: list[str]):
    assert sender.call("POST", f"callbacks/{keys[0]}/1/replay").body == {"count": 1}
    assert not Callback.objects.filter(state=Callback.State.GIVEN_UP).exists()
    event = AuditEvent.objects.get(verb="replay")
    assert (event.actor, event.after) == (sender.membership.user, {"reports": 1})


def test_all_that_the_filters_find(sender: ConsoleCaller, keys: list[str]):
    answer = sender.call("POST", "callbacks/replay", {"outcome": "given_up"})
    assert answer.body == {"count": 1}
    assert sender.call("POST", "callbacks/replay", {"outcome": "given_up"}).body == {"count": 0}
    assert sender.call("POST", "callbacks/replay", {}).body == {"count": 3}


def test_too_many(sender: ConsoleCaller, keys: list[str], monkeypatch):
    monkeypatch.setattr("messaging.queries.replayable.MOST_REPLAYED", 2)
    answer = sender.call("POST", "callbacks/replay", {})
    assert answer.told == (400, "MSGSMS.0002")
    assert "more than 2" in answer.detail


def test_reports_too_old(sender: ConsoleCaller, keys: list[str], monkeypatch):
    monkeypatch.setattr("api.console.views.callbacks.replay", lambda **_: 0)
    answer = sender.call("POST", f"callbacks/{keys[0]}/1/replay")
    assert answer.told == (400, "MSGSMS.0029")
    SendRequest.objects.update(created_at=timezone.now() - timedelta(days=6))
    assert sender.call("POST", "callbacks/replay", {}).body == {"count": 0}


def test_viewers_push_nothing(viewer: ConsoleCaller, keys: list[str]):
    for rest in ("callbacks/replay", f"callbacks/{keys[0]}/1/replay"):
        answer = viewer.call("POST", rest, {})
        assert answer.told == (403, "MSGSMS.0054")
        assert "operators" in answer.detail


def test_strangers_find_nothing(keys: list[str]):
    stranger = console_caller()
    assert stranger.call("GET", "callbacks").body["results"] == []
    assert stranger.call("GET", "callbacks/addresses").body["results"] == []
    assert stranger.call("GET", f"callbacks/{keys[0]}/1").told == (404, "CONSOLE.0404")
    assert stranger.call("POST", f"callbacks/{keys[0]}/1/replay").told == (404, "CONSOLE.0404")
    assert stranger.call("POST", "callbacks/replay", {}).body == {"count": 0}


def test_reports_that_are_none(sender: ConsoleCaller, keys: list[str]):
    for rest in (f"{keys[0]}/2", f"{keys[0]}/x", f"{keys[0]}/" + "9" * 30, "x/1"):
        assert sender.call("GET", f"callbacks/{rest}").told == (404, "CONSOLE.0404")


@pytest.mark.parametrize("before", ["x", "1-2", "1-2-3-4", "1--2", "9" * 30 + "-1-1", "1-٣-1"])
def test_places_that_are_none(sender: ConsoleCaller, before: str):
    assert sender.call("GET", "callbacks", before=before).told == (400, "MSGSMS.0002")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"outcome": "lost"}, (400, "MSGSMS.0002")),
        ({"outcome": 1}, (400, "MSGSMS.0002")),
        ({"limit": 10}, (400, "MSGSMS.0002")),
        ({"app_id": "x"}, (400, "MSGSMS.0014")),
        ({"sms_msg_id": "x"}, (400, "MSGSMS.0002")),
        ({"start_time": 5}, (400, "MSGSMS.0039")),
        ([], (400, "MSGSMS.0002")),
    ],
)
def test_filters_that_are_none(sender: ConsoleCaller, body: object, told: tuple[int, str]):
    assert sender.call("POST", "callbacks/replay", body).told == told


def test_queries_are_constant(road: Road, keys: list[str]):
    owner = member_of(road, "owner")
    few = [queries_of(owner, "callbacks", limit=1), queries_of(owner, "callbacks/addresses")]
    assert [queries_of(owner, "callbacks"), queries_of(owner, "callbacks/addresses")] == few
