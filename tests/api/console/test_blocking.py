"""Who is not sent to: unsubscribed numbers, messages that lists stopped, a number looked up."""

import pytest

from messaging.models import BlockedNumber, NumberControl, NumberRemoval, NumberRule
from messaging.policy import verdicts
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import A, B, C, member_of, queries_of, told_numbers
from tests.messaging.opt_outs import opted_out
from tests.messaging.road import Road


@pytest.fixture
def stopped(road: Road) -> Road:
    """A message to a complainer, one to a number that the customer denies, and one that went."""
    BlockedNumber.objects.create(recipient=A, kind="complaint", reason="complained")
    NumberControl.objects.create(customer=road.application.customer, is_enabled=True)
    NumberRule.objects.create(customer=road.application.customer, kind="deny", pattern="9000")
    verdicts.forget()
    road.accept([A, B, C])
    return road


def test_messages_that_lists_stopped(stopped: Road, sender: ConsoleCaller, viewer: ConsoleCaller):
    both = sender.call("GET", "blocked-messages").body
    assert told_numbers(both["results"]) == [B, A]
    assert [one["list"] for one in both["results"]] == ["number_control", "blocklist"]
    assert both["results"][1]["code"] == "SC:0005"
    first = sender.call("GET", "blocked-messages", limit=1).body
    second = sender.call("GET", "blocked-messages", limit=1, before=first["next"]).body
    assert told_numbers(second["results"]) == [A]
    assert second["next"] is None
    only = viewer.call("GET", "blocked-messages", list="blocklist").body["results"]
    assert told_numbers(only) == ["138****8000"]
    assert A not in str(only)
    found = sender.call("GET", "blocked-messages", number=B).body["results"]
    assert told_numbers(found) == [B]
    assert console_caller().call("GET", "blocked-messages").body["results"] == []


def test_a_number_looked_up(stopped: Road, sender: ConsoleCaller, viewer: ConsoleCaller):
    opted_out(stopped.application, B)
    body = sender.call("GET", "numbers", number="13900139000").body
    assert (body["number"], body["denied_by"], body["is_allowed"]) == (B, "9000", False)
    assert [one["channel_num"] for one in body["opt_outs"]] == ["csms100000009"]
    masked = viewer.call("GET", "numbers", number=B).body
    assert masked["number"] == "139****9000"
    assert B not in str(masked)
    stranger = console_caller().call("GET", "numbers", number=B).body
    assert (stranger["opt_outs"], stranger["denied_by"]) == ([], "")


@pytest.mark.parametrize("number", ["", "x", "123"])
def test_what_is_no_number(sender: ConsoleCaller, number: str):
    assert sender.call("GET", "numbers", number=number).told == (400, "MSGSMS.0002")


def test_unsubscribed_numbers(road: Road, sender: ConsoleCaller, viewer: ConsoleCaller):
    for number in (A, B):
        opted_out(road.application, number)
    body = sender.call("GET", "opt-outs", limit=1).body
    assert (body["total"], told_numbers(body["results"])) == (2, [B])
    assert told_numbers(sender.call("GET", "opt-outs", number=A).body["results"]) == [A]
    late = sender.call("GET", "opt-outs", start_time="2026-01-06 00:00:00").body
    assert late["total"] == 0
    own = sender.call("GET", "opt-outs", app_id=road.application.public_id).body
    assert own["total"] == 2
    assert "138****8000" in told_numbers(viewer.call("GET", "opt-outs").body["results"])
    assert console_caller().call("GET", "opt-outs").body["total"] == 0


def test_an_application_for_removal(road: Road):
    administrator = member_of(road, "admin")
    entry = opted_out(road.application, A)
    path, body = f"opt-outs/{entry.pk}/removal", {"reason": "agreed again"}
    answer = administrator.call("POST", path, body)
    assert (answer.status, answer.body["status"]) == (200, "REMOVING")
    again = administrator.call("POST", path, body)
    assert again.told == (400, "MSGSMS.0002")
    assert "under review already" in again.detail
    listed = administrator.call("GET", "removals").body
    assert [one["id"] for one in listed["results"]] == [answer.body["id"]]
    assert member_of(road, "operator").call("POST", path, body).told == (403, "MSGSMS.0054")
    stranger = console_caller()
    assert stranger.call("POST", path, body).told == (404, "CONSOLE.0404")
    assert stranger.call("GET", "removals").body["total"] == 0
    assert NumberRemoval.objects.count() == 1


def test_an_application_for_unblocking(stopped: Road):
    administrator = member_of(stopped, "admin")
    (row,) = administrator.call("GET", "blocked-messages", list="blocklist").body["results"]
    path, body = f"blocklist/{row['entry_id']}/removal", {"reason": "agreed on paper"}
    stranger = console_caller()
    assert stranger.call("POST", path, body).told == (404, "CONSOLE.0404")
    assert member_of(stopped, "operator").call("POST", path, body).told == (403, "MSGSMS.0054")
    assert administrator.call("POST", path, {"reason": " "}).told == (400, "MSGSMS.0002")
    answer = administrator.call("POST", path, body)
    assert (answer.body["status"], answer.body["list"]) == ("REMOVING", "SC:0005")
    assert administrator.call("POST", path, body).told == (400, "MSGSMS.0002")
    unknown = administrator.call("POST", f"blocklist/{'9' * 18}/removal", body)
    assert unknown.told == (404, "CONSOLE.0404")


@pytest.mark.parametrize("id", ["0", "x", "9" * 18, "9" * 30, "-1"])
def test_entries_that_are_none(owner: ConsoleCaller, id: str):
    answer = owner.call("POST", f"opt-outs/{id}/removal", {"reason": "agreed again"})
    assert answer.told == (404, "CONSOLE.0404")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": 1}, {"reason": "x" * 501}, []])
def test_reasons_that_are_none(road: Road, body: object):
    entry = opted_out(road.application, A)
    answer = member_of(road, "owner").call("POST", f"opt-outs/{entry.pk}/removal", body)
    assert answer.told == (400, "MSGSMS.0002")


@pytest.mark.parametrize(
    "query",
    [
        {"list": "keyword"},
        {"number": "x"},
        {"start_time": "2026-01-01 00:00:00", "end_time": "2026-01-09 00:00:00"},
        {"start_time": "2020-01-01 00:00:00", "end_time": "2020-01-02 00:00:00"},
    ],
)
def test_searches_that_are_refused(sender: ConsoleCaller, query: dict[str, str]):
    assert sender.call("GET", "blocked-messages", **query).told == (400, "MSGSMS.0002")


def test_queries_are_constant(stopped: Road, sender: ConsoleCaller):
    opted_out(stopped.application, A)
    paths = ("blocked-messages", "opt-outs", "removals")
    few = [queries_of(sender, path) for path in paths]
    stopped.accept([A, B, "+8613700139000"])
    opted_out(stopped.application, B)
    assert [queries_of(sender, path) for path in paths] == few
