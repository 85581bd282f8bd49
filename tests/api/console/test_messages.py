"""Sending details: searched, paged, masked for viewers, and one message with its way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import SendRequest
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import A, B, C, queries_of, told_numbers
from tests.messaging.road import Road

REPORT = "http://127.0.0.1:9/report"


def test_newest_first_behind_a_mark(road: Road, sender: ConsoleCaller):
    road.accept([A, B])
    road.accept([C])
    first = sender.call("GET", "messages", limit=2).body
    assert told_numbers(first["results"]) == [C, B]
    second = sender.call("GET", "messages", limit=2, before=first["next"]).body
    assert told_numbers(second["results"]) == [A]
    assert second["next"] is None


def test_everything_about_a_message(road: Road, sender: ConsoleCaller):
    accepted = road.deliver(1, callback=REPORT)
    (key,) = accepted.sms_msg_ids(1)
    (row,) = sender.call("GET", "messages", sms_msg_id=key).body["results"]
    assert row["sms_msg_id"] == key
    assert (row["result"], row["state"], row["code"]) == ("successful", "DELIVERED", "DELIVRD")
    assert (row["source"], row["sent_by"], row["parts"]) == (2, "API", 1)
    assert row["app_id"] == str(road.application.public_id)
    assert row["template_id"] == road.template.template_id
    shown = sender.call("GET", f"messages/{key}").body
    assert {name: shown[name] for name in row} == row
    assert [step["title"] for step in shown["steps"]][:2] == [
        "Received by the send API",
        "Template matched",
    ]
    assert shown["is_settled"] is False  # its report is still owed
    assert shown["verdict"]


def test_viewers_see_masked_numbers(road: Road, viewer: ConsoleCaller):
    accepted = road.accept([A])
    (key,) = accepted.sms_msg_ids(1)
    assert told_numbers(viewer.call("GET", "messages").body["results"]) == ["138****8000"]
    shown = viewer.call("GET", f"messages/{key}").body
    assert shown["number"] == "138****8000"
    assert A not in str(shown)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"number": "138 0013 8000"}, [A]),
        ({"number": A}, [A]),
        ({"number": C}, []),
        ({"result": "sending"}, [B, A]),
        ({"result": "failed"}, []),
        ({"type": "NOTIFY_TYPE"}, [B, A]),
        ({"type": "PROMOTION_TYPE"}, []),
        ({"code": "DELIVRD"}, []),
        ({"template_id": "nothing of this name"}, []),
        ({"channel_num": "nobody's"}, []),
        ({"result": "", "type": "", "app_id": "", "number": "", "sms_msg_id": ""}, [B, A]),
        ({"unknown": "x"}, [B, A]),
    ],
)
def test_filters(road: Road, sender: ConsoleCaller, query: dict[str, str], found: list[str]):
    road.accept([A, B])
    assert told_numbers(sender.call("GET", "messages", **query).body["results"]) == found


def test_filters_by_own_objects(road: Road, sender: ConsoleCaller):
    accepted = road.accept([A])
    for query in (
        {"app_id": str(road.application.public_id)},
        {"sign_id": str(road.template.signature.public_id)},
        {"template_id": road.template.template_id},
        {"sms_msg_id": accepted.sms_msg_ids(1)[0].partition("_")[0]},
    ):
        assert told_numbers(sender.call("GET", "messages", **query).body["results"]) == [A], query


def test_other_times(road: Road, sender: ConsoleCaller):
    road.accept([A])
    SendRequest.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert sender.call("GET", "messages").body["results"] == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"limit": 0}, (400, "MSGSMS.0002")),
        ({"limit": "many"}, (400, "MSGSMS.0002")),
        ({"before": 0}, (400, "MSGSMS.0002")),
        ({"before": 10**30}, (400, "MSGSMS.0002")),
        ({"number": "abc"}, (400, "MSGSMS.0002")),
        ({"result": "lost"}, (400, "MSGSMS.0002")),
        ({"type": "X"}, (400, "MSGSMS.0002")),
        ({"sms_msg_id": "x"}, (400, "MSGSMS.0002")),
        ({"sms_msg_id": "5b0d1f2e-0000-4000-8000-000000000000_9" + "9" * 20}, (400, "MSGSMS.0002")),
        ({"code": "\0"}, (400, "MSGSMS.0002")),
        ({"app_id": "x"}, (400, "MSGSMS.0014")),
        ({"sign_id": "x"}, (400, "MSGSMS.0005")),
        ({"task_id": "x"}, (404, "CONSOLE.0404")),
        ({"start_time": "soon"}, (400, "MSGSMS.0039")),
        (
            {"start_time": "2026-01-01 00:00:00", "end_time": "2025-01-01 00:00:00"},
            (400, "MSGSMS.0002"),
        ),
        (
            {"start_time": "2020-01-01 00:00:00", "end_time": "2020-01-02 00:00:00"},
            (400, "MSGSMS.0002"),
        ),
        (
            {"start_time": "2026-01-01 00:00:00", "end_time": "2026-01-09 00:00:00"},
            (400, "MSGSMS.0002"),
        ),
    ],
)
def test_what_is_refused(sender: ConsoleCaller, query: dict[str, object], told: tuple[int, str]):
    assert sender.call("GET", "messages", **query).told == told


def test_strangers_find_nothing(road: Road):
    (key,) = road.accept([A]).sms_msg_ids(1)
    stranger = console_caller()
    assert stranger.call("GET", "messages", number=A).body["results"] == []
    for id in (key, "x", "5b0d1f2e-0000-4000-8000-000000000000_1", key + "9" * 30, "%00_1"):
        assert stranger.call("GET", f"messages/{id}").told == (404, "CONSOLE.0404")
    assert stranger.call("GET", "messages", app_id=road.application.public_id).told == (
        400,
        "MSGSMS.0014",
    )


def test_queries_are_constant(road: Road, sender: ConsoleCaller):
    road.accept([A])
    few = queries_of(sender, "messages")
    road.accept([A, B, C])
    road.accept([B])
    assert queries_of(sender, "messages") == few
