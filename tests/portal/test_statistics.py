"""The statistics page shows what a recount shows, and tells why messages failed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from messaging.carriers.base import Answer, Receipt
from messaging.models import HourlyFigure
from messaging.services import dispatch
from messaging.statistics.folding import fold
from reviews.models.kinds import MessageType
from tests.messaging.road import OWNER, Road, carrier_ids, numbers

from .conftest import Visitor

PAGE = "/statistics"
NOON = datetime(2026, 5, 20, 4, 30, tzinfo=UTC)
"""12:30 in Shanghai."""


@pytest.fixture(autouse=True)
def _noon(settings):
    """The database's clock goes on: messages must not be too old for it."""
    settings.SMS_LIFETIME_NOTIFICATION_S = 10**9
    with time_machine.travel(NOON, tick=False):
        yield


def send(road: Road, *codes: str, **options: object) -> None:
    """A message for each code that the carrier reports a second later; none for an empty one."""
    accepted = road.accept(numbers(len(codes)), **options)
    while slice_ := road.claim():
        assert dispatch.announce(slice_=slice_, owner=OWNER)
        answers = [
            Answer(one.message_id, carrier_ids(one.message_id)) for one in slice_.submissions
        ]
        road.record(slice_, answers)
    receipts = [
        Receipt(carrier_ids(accepted.first_id + n)[0], code, NOON + timedelta(seconds=8))
        for n, code in enumerate(codes)
        if code
    ]
    road.receive(*receipts)


def figures_of(page: str) -> dict[str, str]:
    found = re.findall(r'<div class="figure"><dt>(.*?)</dt><dd>(.*?)<div', page)
    return dict(found)


def values_of(page: str, chart: str) -> dict[str, list[str]]:
    """The table of a picture: its values by the label of the line."""
    (table,) = re.findall(rf'id="chart-{chart}".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    lines = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    return {label: re.findall(r'data-value="(.*?)"', cells) for label, cells in lines}


def test_every_item_of_the_table_is_there(road: Road, viewer: Visitor):
    send(road, "DELIVRD", "DELIVRD", "DELIVRD", "MK:0001", "REJECTD", "")
    road.accept(numbers(1), blocked=["SC:0010"])
    page = viewer.get(PAGE).content.decode()
    assert figures_of(page) == {
        "Total submit": "7",
        "Total sent successfully": "3",
        "Total sending failures": "2",
        "Terminal errors": "1",
        "Total sending": "1",
        "Valid success rate": "60.0 %",
        "Sending success rate": "42.9 %",
        "Delivered after": figures_of(page)["Delivered after"],
    }
    assert "/" in figures_of(page)["Delivered after"]


def test_a_day_is_shown_by_hours_and_the_same_after_folding(road: Road, viewer: Visitor):
    send(road, "DELIVRD", "UNDELIV")
    hours = values_of(viewer.get(PAGE).content.decode(), "outcome")
    assert len(hours) == 24
    assert hours["12:00"] == ["1", "0", "1", "0"]
    assert hours["11:00"] == ["0", "0", "0", "0"]
    fold()
    assert HourlyFigure.objects.exists()
    assert values_of(viewer.get(PAGE).content.decode(), "outcome") == hours


def test_longer_is_shown_by_days_beside_the_period_before(road: Road, viewer: Visitor):
    with time_machine.travel(NOON - timedelta(days=8), tick=False):
        road.accept(numbers(3))
    send(road, "DELIVRD")
    page = viewer.get(f"{PAGE}?first=2026-05-14&last=2026-05-20").content.decode()
    days = values_of(page, "outcome")
    assert list(days) == [f"05-{day}" for day in range(14, 21)]
    assert days["05-20"] == ["1", "0", "0", "0"]
    assert "2026-05-07 00:00 to 2026-05-13 13:00" in page
    assert "before: 3" in page


def test_figures_belong_to_the_day_of_the_platforms_zone(road: Road, viewer: Visitor):
    with time_machine.travel("2026-05-19T15:59:00Z", tick=False):
        road.accept(numbers(1))
    with time_machine.travel("2026-05-19T16:01:00Z", tick=False):
        road.accept(numbers(2, start=13900000000))
    assert figures_of(viewer.get(PAGE).content.decode())["Total submit"] == "2"


def test_the_failure_tree_says_cause_and_remedy(road: Road, viewer: Visitor):
    send(road, "MK:0001", "MK:0001", "SGIP:29", "QQ:0001")
    road.accept(numbers(1, start=13700000000), blocked=["SC:0003"])
    page = viewer.get(PAGE).content.decode()
    assert re.findall(r'class="branch-title">(.*?)<', page) == [
        "Supplier",
        "China Unicom",
        "Platform",
        "Codes that no table knows",
    ]
    assert "Unknown user" in page
    assert "Verify the number and drop invalid, empty or out-of-service ones." in page
    assert "1 of the failures is a number on a blocklist" in page


def test_every_filter_narrows(road: Road, viewer: Visitor):
    other = road.of_type(MessageType.VERIFICATION)
    road.accept(["+8613800130000", "+8613000000000"])
    road.accept(["+8618912340000"], template=other)
    signature = road.template.signature
    for query, expected in {
        "": "3",
        f"applications={road.application.pk}": "3",
        f"templates={other.pk}": "1",
        f"templates={other.pk}&templates={road.template.pk}": "3",
        f"signatures={signature.pk}": "2",
        "type=VERIFY_CODE_TYPE": "1",
        f"sender={signature.channel_number}": "2",
        "carrier=1": "1",
        "carrier=2": "1",
        "region=1": "1",
        "carrier=2&region=15": "1",
        "carrier=2&region=1": "0",
        "signatures=0": "0",
    }.items():
        page = viewer.get(f"{PAGE}?{query}").content.decode()
        assert figures_of(page)["Total submit"] == expected, query
    places = values_of(viewer.get(PAGE).content.decode(), "regions")
    assert places["Beijing"] == ["0", "0", "0", "1"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("first=2026-05-20&last=2026-05-19", "The end lies before the beginning."),
        ("first=2026-04-01&last=2026-05-02", "Choose at most 31 days in a row."),
        ("last=2026-05-21", "This day has not come yet."),
        ("first=2025-04-01&last=2025-04-02", "Statistics are kept for 400 days."),
        ("first=yesterday", "Enter a valid date."),
        ("templates=999", "Select a valid choice."),
    ],
)
def test_a_selection_that_cannot_be_shown_says_why(viewer: Visitor, query: str, sentence: str):
    response = viewer.get(f"{PAGE}?{query}")
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_one_day_alone_is_that_day(road: Road, viewer: Visitor):
    for query in ("first=2026-05-18", "last=2026-05-18"):
        page = viewer.get(f"{PAGE}?{query}").content.decode()
        assert "2026-05-18 to 2026-05-18" in page
        assert page.count('value="2026-05-18"') == 2


def test_others_see_nothing_of_it(road: Road, viewer: Visitor, stranger: Visitor):
    send(road, "DELIVRD")
    page = stranger.get(PAGE).content.decode()
    assert figures_of(page)["Total submit"] == "0"
    assert "Nothing sent today" in page
    query = f"{PAGE}?applications={road.application.pk}"
    assert stranger.get(query).status_code == 422


def test_only_this_page_loads_the_charts(road: Road, viewer: Visitor):
    assert b"echarts" in viewer.get(PAGE).content
    assert b"echarts" not in viewer.get("/").content
