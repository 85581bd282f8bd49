"""The pull API, called as the documentation says. Committed data: the order is that of commits."""

import json
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from messaging.carriers.base import Answer, Receipt
from messaging.models import CallbackTarget, Channel
from messaging.services.expire import expire_messages
from messaging.services.report import record_receipts
from tests.api.shop import Shop, open_shop
from tests.messaging.road import OWNER, REPORTED_AT, Road, carrier_ids, numbers

EVENTS = "/sms/events/v1"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(stored_shop: Shop) -> Shop:
    return stored_shop


def road_of(shop: Shop) -> Road:
    return Road(shop.application, Channel.objects.get(is_default=True), shop.template)


def pull(shop: Shop, **query: Any) -> dict[str, Any]:
    response = Client().get(EVENTS, query, headers=shop.wsse())
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def ids(answer: dict[str, Any]) -> list[str]:
    return [report["smsMsgId"] for report in answer["statusReportList"]]


def test_reports_have_the_documented_fields(shop: Shop):
    accepted = road_of(shop).deliver(1, callback="", extend="order-77")
    answer = pull(shop)
    assert (answer["code"], answer["description"]) == ("000000", "Success")
    assert answer["statusReportList"] == [
        {
            "smsMsgId": accepted.sms_msg_ids(1)[0],
            "total": "1",
            "sequence": "1",
            "status": "DELIVRD",
            "statusDesc": "Delivered to the handset",
            "source": "2",
            "updateTime": "2026-05-01T02:03:09Z",
            "extend": "order-77",
            "to": "+8613800000000",
        }
    ]


def test_the_cursor_walks_through_all_reports_once(shop: Shop):
    road = road_of(shop)
    sent = [road.deliver(3, callback="").sms_msg_ids(3) for _ in range(3)]
    seen: list[str] = []
    cursor = ""
    while reports := ids(answer := pull(shop, after=cursor, limit=2)):
        assert len(reports) <= 2
        seen += reports
        cursor = answer["next"]
    assert seen == [one for group in sent for one in group]
    assert answer["next"] == cursor, "a reader that has all keeps its place"
    later = road.deliver(1, callback="").sms_msg_ids(1)
    assert ids(pull(shop, after=cursor)) == later


def test_every_kind_of_end_is_reported(shop: Shop, settings):
    road = road_of(shop)
    road.accept(["+14155550100"], blocked=["E200024"])
    refused, silent = road.accept(numbers(1)), road.accept(numbers(1, 13900000000))
    slice_ = road.claim()
    assert slice_
    road.record(
        slice_,
        [
            Answer(refused.first_id, error="MK:0010"),
            Answer(silent.first_id, carrier_ids(silent.first_id, 2)),
        ],
        OWNER,
    )
    settings.SMS_REPORT_TIMEOUT_S = 0
    assert expire_messages() == 1
    statuses = [report["status"] for report in pull(shop)["statusReportList"]]
    assert statuses == ["E200024", "MK:0010", "EXPIRED"]


def test_each_part_has_its_report(shop: Shop):
    road = road_of(shop)
    accepted = road.accept(numbers(1), parts=2)
    road.submit_all(parts=2)
    first, second = carrier_ids(accepted.first_id, 2)
    road.receive(Receipt(second, "DELIVRD", REPORTED_AT))
    road.receive(Receipt(first, "MI:0011", REPORTED_AT), Receipt(second, "DELIVRD", REPORTED_AT))
    reports = pull(shop)["statusReportList"]
    assert [(one["sequence"], one["status"]) for one in reports] == [
        ("2", "DELIVRD"),
        ("1", "MI:0011"),
    ]


def test_a_report_that_commits_late_is_not_missed(shop: Shop):
    """A transaction that began first and ends last must not slip in behind the cursor."""
    road = road_of(shop)
    slow, quick = road.accept(numbers(1)), road.accept(numbers(1, 13900000000))
    road.submit_all()
    is_written, may_commit = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                receipt = Receipt(carrier_ids(slow.first_id)[0], "DELIVRD", REPORTED_AT)
                record_receipts(channel_id=road.channel.pk, receipts=[receipt])
                is_written.set()
                may_commit.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert is_written.wait(10)
    road.receive(Receipt(carrier_ids(quick.first_id)[0], "DELIVRD", REPORTED_AT))
    early = pull(shop)
    may_commit.set()
    thread.join()
    rest = pull(shop, after=early["next"])
    assert ids(early) + ids(rest) == slow.sms_msg_ids(1) + quick.sms_msg_ids(1)


def test_reports_of_others_are_out_of_reach(shop: Shop):
    mine = road_of(shop).deliver(1, callback="").sms_msg_ids(1)
    other = open_shop()
    theirs = road_of(other).deliver(1, callback="").sms_msg_ids(1)
    assert ids(pull(shop)) == mine
    assert ids(pull(other)) == theirs


def test_reports_that_are_pushed_are_listed_too(shop: Shop):
    sent = road_of(shop).deliver(1, callback="http://127.0.0.1:9/report").sms_msg_ids(1)
    assert CallbackTarget.objects.exists()
    assert ids(pull(shop)) == sent


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"after": "x"}, {"after": "1-2"}]
)
def test_bad_parameters(shop: Shop, query):
    response = Client().get(EVENTS, query, headers=shop.wsse())
    assert (response.status_code, response.json()["code"]) == (400, "E000503")


def test_needs_authentication(shop: Shop):
    response = Client().get(EVENTS)
    assert (response.status_code, response.json()["code"]) == (400, "E000001")
    wrong = Client().get(EVENTS, headers=shop.wsse(secret="wrong"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, "E000105")


def test_takes_get_only(shop: Shop):
    response = Client().post(EVENTS, headers=shop.wsse())
    assert (response.status_code, response.json()["code"]) == (400, "E000027")
