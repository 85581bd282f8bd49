"""Totals, series and failures, as the statistics page has them."""

from datetime import timedelta

import pytest

from common.clock import local_day, now
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import A, B, queries_of
from tests.messaging.road import Road

REPORT = "http://127.0.0.1:9/report"


def test_totals_series_and_failures(road: Road, sender: ConsoleCaller):
    road.deliver(2, callback=REPORT)
    road.accept([A, B], blocked=["SC:0003", None])
    body = sender.call("GET", "statistics").body
    totals = body["totals"]
    assert (totals["total"], totals["successes"], totals["failures"]) == (4, 2, 1)
    assert (totals["blocklisted"], totals["sending"]) == (1, 1)
    assert body["step"] == "hour"
    assert len(body["series"]) == 24
    assert sum(point["total"] for point in body["series"]) == 4
    (origin,) = body["failures"]
    assert origin["codes"] == [{"code": "SC:0003", "outcome": "blocklisted", "messages": 1}]


def test_days(road: Road, sender: ConsoleCaller):
    road.accept([A])
    today = local_day(now())
    body = sender.call("GET", "statistics", first=today - timedelta(days=6), last=today).body
    assert (body["step"], len(body["series"])) == ("day", 7)
    assert [point["total"] for point in body["series"]] == [0] * 6 + [1]
    yesterday = sender.call("GET", "statistics", last=today - timedelta(days=1)).body
    assert yesterday["totals"]["total"] == 0


def test_filters(road: Road, sender: ConsoleCaller):
    road.accept([A])
    signature = road.template.signature
    for query, total in (
        ({"app_id": road.application.public_id}, 1),
        ({"sign_id": signature.public_id}, 1),
        ({"template_id": road.template.template_id}, 1),
        ({"template_id": "of no such name"}, 0),
        ({"type": "NOTIFY_TYPE"}, 1),
        ({"type": "PROMOTION_TYPE"}, 0),
        ({"channel_num": signature.channel_number}, 1),
        ({"channel_num": "other"}, 0),
        ({"carrier": 1}, 1),
        ({"carrier": 2}, 0),
        ({"app_id": "", "type": "", "channel_num": ""}, 1),
    ):
        assert sender.call("GET", "statistics", **query).body["totals"]["total"] == total, query


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"first": "2026-13-01"}, (400, "MSGSMS.0002")),
        ({"first": "x"}, (400, "MSGSMS.0002")),
        ({"first": "2000-01-01", "last": "2000-01-02"}, (400, "MSGSMS.0002")),
        ({"first": "2026-02-01", "last": "2026-01-01"}, (400, "MSGSMS.0002")),
        ({"first": "2026-01-01", "last": "2026-03-01"}, (400, "MSGSMS.0002")),
        ({"last": "9999-12-31"}, (400, "MSGSMS.0002")),
        ({"carrier": 9}, (400, "MSGSMS.0002")),
        ({"region": "x"}, (400, "MSGSMS.0002")),
        ({"type": "x"}, (400, "MSGSMS.0002")),
        ({"app_id": "x"}, (400, "MSGSMS.0014")),
        ({"sign_id": "x"}, (400, "MSGSMS.0005")),
    ],
)
def test_what_is_refused(owner: ConsoleCaller, query: dict[str, object], told: tuple[int, str]):
    assert owner.call("GET", "statistics", **query).told == told


def test_strangers_count_nothing_of_it(road: Road):
    road.accept([A])
    stranger = console_caller()
    assert stranger.call("GET", "statistics").body["totals"]["total"] == 0
    told = stranger.call("GET", "statistics", app_id=road.application.public_id).told
    assert told == (400, "MSGSMS.0014")


def test_queries_are_constant(road: Road, sender: ConsoleCaller):
    few = queries_of(sender, "statistics")
    road.accept([A, B])
    assert queries_of(sender, "statistics") == few
