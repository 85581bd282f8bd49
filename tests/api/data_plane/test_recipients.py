"""`to` of batchSendSms: how many numbers, which are sent to, what each one is told."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from messaging.models import Message, SendRequest
from tests.api.conftest import stored
from tests.api.shop import Shop

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_[0-9]+")


def numbers(count: int) -> list[str]:
    return [f"+86{13_800_000_000 + n}" for n in range(count)]


def recipients() -> list[str]:
    return list(Message.objects.order_by("id").values_list("recipient", flat=True))


def test_the_documented_answer_for_one_number(shop: Shop) -> None:
    answer = shop.send(to="+8613800138000")
    (one,) = answer.body["result"]
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert (answer.body["code"], answer.body["description"]) == ("000000", "Success")
    message = Message.objects.select_related("request").get()
    assert one == {
        "total": 1,
        "originTo": "+8613800138000",
        "createTime": one["createTime"],
        "from": shop.signature.channel_number,
        "smsMsgId": message.sms_msg_id,
        "countryId": "CN",
        "status": "000000",
    }
    created = datetime.strptime(one["createTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - created) < timedelta(seconds=30)


def test_what_is_stored(shop: Shop) -> None:
    shop.send(extend="order-77")
    request, message = SendRequest.objects.get(), Message.objects.get()
    assert request.customer == shop.application.customer
    assert request.application == shop.application
    assert request.template_version == shop.template.version
    assert request.signature == shop.signature
    assert request.signature_name == shop.signature.name
    assert request.sender == shop.signature.channel_number
    assert request.source == SendRequest.Source.API
    assert request.dispatch == SendRequest.Dispatch.WAITING
    assert (request.extend, request.variables, request.count) == ("order-77", ["A1001"], 1)
    assert (message.request_id, message.customer_id) == (request.id, request.customer_id)
    assert (message.recipient, message.variables) == ("+8613800138000", None)
    assert (message.state, message.parts, message.parts_open) == (Message.State.ACCEPTED, 1, 1)
    assert (message.code, message.finished_at) == ("", None)


@pytest.mark.parametrize("count", [1, 10, 500])
def test_every_number_gets_a_message_and_an_id_of_its_own(shop: Shop, count: int) -> None:
    answer = shop.send(to=",".join(numbers(count)))
    assert answer.statuses == ["000000"] * count
    assert [one["originTo"] for one in answer.body["result"]] == numbers(count)
    ids = [one["smsMsgId"] for one in answer.body["result"]]
    assert ids == [
        message.sms_msg_id for message in Message.objects.select_related("request").order_by("id")
    ]
    assert len(set(ids)) == count
    assert all(ID.fullmatch(one) and len(one) <= 50 for one in ids)
    assert recipients() == numbers(count)


def test_accepting_costs_as_many_queries_for_many_numbers_as_for_one(
    shop: Shop, django_assert_max_num_queries
) -> None:
    shop.send()  # what is remembered between requests is read now
    with django_assert_max_num_queries(2):
        shop.send(to=",".join(numbers(500)))


def test_more_numbers_than_allowed(shop: Shop) -> None:
    answer = shop.send(to=",".join(numbers(501)))
    assert answer.told == (400, "E000503")
    assert "500" in answer.body["description"]
    assert stored() == (0, 0, 0)


def test_the_limit_is_a_setting(shop: Shop, settings) -> None:
    settings.SMS_NUMBERS_PER_REQUEST = 2
    assert shop.send(to=",".join(numbers(2))).code == "000000"
    assert shop.send(to=",".join(numbers(3))).told == (400, "E000503")


def test_copies_count_towards_the_limit(shop: Shop) -> None:
    to = ",".join(["13800138000"] * (settings.SMS_NUMBERS_PER_REQUEST + 1))
    assert shop.send(to=to).told == (400, "E000503")


def test_of_equal_numbers_the_first_is_sent(shop: Shop) -> None:
    answer = shop.send(to="13800138000,+8613800138001,+8613800138000,13800138001")
    assert answer.code == "000000"
    assert answer.statuses == ["000000", "000000", "E200041", "E200041"]
    assert recipients() == ["+8613800138000", "+8613800138001"]
    assert len({one["smsMsgId"] for one in answer.body["result"]}) == 4


def test_the_ids_of_the_answer_are_those_of_the_messages(shop: Shop) -> None:
    answer = shop.send(to="13800138000,1380013800,13800138000,13800138001")
    sent = [one["smsMsgId"] for one in answer.body["result"] if one["status"] == "000000"]
    messages = Message.objects.select_related("request").order_by("id")
    assert sent == [message.sms_msg_id for message in messages]


@pytest.mark.parametrize("entry", ["+8613800138000", "13800138000", " 8613800138000"])
def test_mainland_numbers_as_they_come(shop: Shop, entry: str) -> None:
    answer = shop.send(to=entry)
    assert answer.statuses == ["000000"]
    assert answer.body["result"][0]["originTo"] == entry
    assert recipients() == ["+8613800138000"]


def test_with_and_without_country_code_in_one_request(shop: Shop) -> None:
    answer = shop.send(to="+8613800138000,13800138001")
    assert [one["originTo"] for one in answer.body["result"]] == ["+8613800138000", "13800138001"]
    assert recipients() == ["+8613800138000", "+8613800138001"]


@pytest.mark.parametrize(
    "malformed", ["1380013800", "+861380013800", "23800138000", "+", "", "138+00138000", "9" * 21]
)
def test_a_malformed_number_fails_alone(shop: Shop, malformed: str) -> None:
    answer = shop.send(to=f"13800138000,{malformed},13800138001")
    assert answer.code == "000000"
    assert answer.statuses == ["000000", "E000503", "000000"]
    refused = answer.body["result"][1]
    assert refused["originTo"] == malformed
    assert "countryId" not in refused
    assert recipients() == ["+8613800138000", "+8613800138001"]


@pytest.mark.parametrize(
    "illegal",
    ["1380013800a", "138-0013-8000", "138 0013 8000", "１３８００１３８０００", "中", "1\x002"],
)
def test_an_illegal_character_fails_all(shop: Shop, illegal: str) -> None:
    answer = shop.send(to=f"13800138000,{illegal}")
    assert answer.told == (400, "E000503")
    assert stored() == (0, 0, 0)


def test_nothing_is_stored_when_no_number_can_be_sent_to(shop: Shop) -> None:
    answer = shop.send(to="1,2,3")
    assert (answer.status, answer.code) == (200, "E000510")
    assert answer.statuses == ["E000503"] * 3
    assert stored() == (0, 0, 0)


def test_foreign_numbers_are_accepted_and_fail_in_the_report(shop: Shop) -> None:
    answer = shop.send(
        to="13800138000,+442079460018", statusCallback="https://sms.example.com/report"
    )
    assert answer.statuses == ["000000", "000000"]
    assert [one["countryId"] for one in answer.body["result"]] == ["CN", "GB"]
    waiting, blocked = Message.objects.order_by("id")
    assert (waiting.state, waiting.code) == (Message.State.ACCEPTED, "")
    assert (blocked.state, blocked.code) == (Message.State.FAILED, "E200024")
    assert (blocked.parts_open, blocked.finished_at is None) == (0, False)
    assert SendRequest.objects.get().dispatch == SendRequest.Dispatch.WAITING
    assert stored() == (1, 2, 1)


def test_a_request_of_foreign_numbers_only_needs_no_carrier(shop: Shop) -> None:
    shop.send(to="+442079460018")
    assert SendRequest.objects.get().dispatch == SendRequest.Dispatch.DONE
    assert stored() == (1, 1, 0)
