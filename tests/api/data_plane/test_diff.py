"""batchSendDiffSms: several contents in one call, each judged for itself (spec data-plane §2)."""

import json
from typing import Any

import pytest
from django.db import DatabaseError

from api.data_plane import send
from messaging.models import Callback, CallbackTarget, Message, SendRequest
from tests.api.conftest import stored
from tests.api.shop import Answer, Shop
from tests.factories import SignatureFactory, TemplateFactory

URL = "https://sms.example.com/report"


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"+86{13_800_000_000 + first + n}" for n in range(count)]


@pytest.fixture
def other(shop: Shop) -> Shop:
    """Another template of the same signature, with two variables."""
    template = TemplateFactory(
        adopted=True,
        application=shop.application,
        signature=shop.signature,
        content="您的包裹${1}在${2}。",
    )
    return Shop(shop.application, shop.signature, template)


def ids_match_messages(answer: Answer) -> bool:
    """Whether each accepted number's smsMsgId is that of the message to that number."""
    messages = {one.sms_msg_id: one for one in Message.objects.select_related("request")}
    sent = {
        one["smsMsgId"]: one["originTo"].removeprefix("+86")
        for one in answer.body["result"]
        if one["status"] == "000000"
    }
    return sent == {key: one.recipient.removeprefix("+86") for key, one in messages.items()}


def test_the_documented_answer(shop: Shop, other: Shop) -> None:
    answer = shop.send_diff(
        shop.content(to=["+8613800138000"]),
        other.content(to=["+8613800138001", "13800138002"], templateParas=["B1", "B2"]),
    )
    assert (answer.status, answer.code) == (200, "000000")
    assert answer.statuses == ["000000"] * 3
    assert [one["originTo"] for one in answer.body["result"]] == [
        "+8613800138000",
        "+8613800138001",
        "13800138002",
    ]
    assert ids_match_messages(answer)
    first, second = SendRequest.objects.order_by("id")
    assert first.uuid == second.uuid
    assert (first.count, first.variables) == (1, ["A1001"])
    assert (second.count, second.variables) == (2, ["B1", "B2"])
    assert {first.template_version, second.template_version} == {
        shop.template.version,
        other.template.version,
    }


def test_one_template_with_other_values_for_each_number(shop: Shop) -> None:
    contents = [
        shop.content(to=[number], templateParas=[f"A{n}"]) for n, number in enumerate(numbers(3))
    ]
    answer = shop.send_diff(*contents)
    assert answer.statuses == ["000000"] * 3
    assert ids_match_messages(answer)
    request = SendRequest.objects.get()
    assert (request.count, request.variables) == (3, None)
    messages = request.messages.order_by("id")
    assert [message.variables for message in messages] == [["A0"], ["A1"], ["A2"]]


def test_contents_between_each_other_keep_their_order(shop: Shop, other: Shop) -> None:
    one, two, three, four = numbers(4)
    answer = shop.send_diff(
        shop.content(to=[one]),
        other.content(to=[two], templateParas=["B1", "B2"]),
        shop.content(to=[three], templateId="0" * 32),
        shop.content(to=[four], templateParas=["A1002"]),
    )
    assert answer.statuses == ["000000", "000000", "E200030", "000000"]
    assert [one["originTo"] for one in answer.body["result"]] == numbers(4)
    assert ids_match_messages(answer)
    assert len({one["smsMsgId"] for one in answer.body["result"]}) == 4
    for request in SendRequest.objects.all():
        own = set(request.messages.values_list("id", flat=True))
        assert own == set(Message.objects.of_request(request).values_list("id", flat=True))


def test_texts_of_different_length_tell_their_own_parts(shop: Shop) -> None:
    shop.template.version.content = "${1}" + "字" * 55
    shop.template.version.save()
    answer = shop.send_diff(
        shop.content(to=numbers(1), templateParas=["a"]),
        shop.content(to=numbers(1, 1), templateParas=["a" * 20]),
    )
    assert [one["total"] for one in answer.body["result"]] == [1, 2]
    assert list(Message.objects.order_by("id").values_list("parts", flat=True)) == [1, 2]


def test_the_same_text_twice_to_a_number(shop: Shop, other: Shop) -> None:
    (number,) = numbers(1)
    answer = shop.send_diff(
        shop.content(to=[number]),
        shop.content(to=[number.removeprefix("+86")]),
        shop.content(to=[number], templateParas=["A1002"]),
        other.content(to=[number], templateParas=["B1", "B2"]),
        other.content(to=[number], templateParas=["B1", "B2"]),
    )
    assert answer.statuses == ["000000", "E200041", "000000", "000000", "E200041"]
    assert ids_match_messages(answer)
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    ("mistake", "codes"),
    [
        ({"templateId": "0" * 32}, ["E200030"]),
        ({"templateParas": []}, ["E200028"]),
        ({"templateParas": None}, ["E200028"]),
        ({"templateParas": [""]}, ["E200028"]),
        ({"templateParas": [None]}, ["E200028"]),
        ({"templateParas": [["A"]]}, ["E200028"]),
        ({"templateParas": [1.5]}, ["E200028"]),
        ({"templateParas": ["A", "B"]}, ["E200028"]),
        ({"to": ["13800138001", "1380013800a"]}, ["E000503", "E000503"]),
        ({"to": ["13800138001", "1380013"]}, ["000000", "E000503"]),
        ({"to": [""]}, ["E000503"]),
    ],
)
def test_a_content_with_a_mistake_fails_alone(
    shop: Shop, mistake: dict[str, Any], codes: list[str]
) -> None:
    answer = shop.send_diff(shop.content(), shop.content(**{"to": ["13800138001"]} | mistake))
    assert (answer.status, answer.code) == (200, "000000")
    assert answer.statuses == ["000000", *codes]
    assert ids_match_messages(answer)


def test_all_contents_fail(shop: Shop) -> None:
    answer = shop.send_diff(shop.content(templateId="0" * 32), shop.content(templateParas=[]))
    assert (answer.status, answer.code) == (200, "E000510")
    assert answer.statuses == ["E200030", "E200028"]
    assert stored() == (0, 0, 0)


def test_a_wrong_sender_is_told_in_the_reports(shop: Shop) -> None:
    answer = shop.send_diff(
        shop.content(), shop.content(to=numbers(2)), from_="csms999", statusCallback=URL
    )
    assert answer.statuses == ["000000"] * 3
    assert set(Message.objects.values_list("code", flat=True)) == {"E200018"}
    assert Callback.objects.count() == 3
    assert CallbackTarget.objects.get().url == URL


def test_universal_templates_need_no_sender(shop: Shop) -> None:
    universal = TemplateFactory(adopted=True, universal=True, application=shop.application)
    second = SignatureFactory(usable=True, application=shop.application)
    contents = [
        shop.content(to=[number], templateId=universal.template_id, signature=name)
        for number, name in zip(numbers(2), (shop.signature.name, second.name), strict=True)
    ]
    answer = shop.send_diff(*contents, from_=None)
    assert answer.statuses == ["000000", "000000"]
    assert [one["from"] for one in answer.body["result"]] == [
        shop.signature.channel_number,
        second.channel_number,
    ]
    assert {request.signature_name for request in SendRequest.objects.all()} == {
        shop.signature.name,
        second.name,
    }


def test_an_ordinary_template_needs_a_sender(shop: Shop) -> None:
    assert shop.send_diff(shop.content(), from_="").told == (400, "E000503")


def test_extend_and_callback_are_those_of_the_call(shop: Shop, other: Shop) -> None:
    shop.send_diff(
        shop.content(),
        other.content(templateParas=["B1", "B2"]),
        extend="order-77",
        statusCallback=URL,
    )
    target = CallbackTarget.objects.get()
    requests = SendRequest.objects.all()
    assert [(one.extend, one.target) for one in requests] == [("order-77", target)] * 2


@pytest.mark.parametrize(
    ("sizes", "is_accepted"),
    [([500, 500], True), ([500, 499, 1], True), ([501], False), ([500, 500, 1], False)],
)
def test_how_many_numbers(shop: Shop, sizes: list[int], is_accepted: bool) -> None:
    first = 0
    contents = []
    for size in sizes:
        contents.append(shop.content(to=numbers(size, first)))
        first += size
    answer = shop.send_diff(*contents)
    if is_accepted:
        assert answer.statuses == ["000000"] * 1000
        assert ids_match_messages(answer)
    else:
        assert answer.told == (400, "E000503")
        assert stored() == (0, 0, 0)


def test_accepting_costs_as_many_queries_for_many_contents_as_for_one(
    shop: Shop, django_assert_max_num_queries: Any
) -> None:
    shop.send_diff(shop.content())  # what is remembered between requests is read now
    contents = [
        shop.content(to=[number], templateParas=[f"A{n}"]) for n, number in enumerate(numbers(300))
    ]
    with django_assert_max_num_queries(2):
        assert shop.send_diff(*contents).statuses == ["000000"] * 300


def test_more_than_64_kilobytes(shop: Shop) -> None:
    contents = [
        shop.content(to=[number], templateParas=["a" * 20], signature="签" * 20)
        for number in numbers(500)
    ]
    assert shop.send_diff(*contents).told == (400, "E000503")
    assert stored() == (0, 0, 0)


def test_escapes_and_blanks_do_not_count(shop: Shop) -> None:
    contents = [shop.content(to=[number], signature="签" * 4) for number in numbers(400)]
    document = {"from": shop.signature.channel_number, "smsContent": contents}
    body = json.dumps(document, indent=8).encode()
    assert len(body) > 64 * 1024
    answer = shop.post_diff(body)
    assert answer.code == "000000"


def test_json_as_the_sdk_writes_it(shop: Shop) -> None:
    shop.template.version.variable_attributes = [{"name": "1", "attribute": "TEXT"}]
    shop.template.version.save()
    body = json.dumps(
        {
            "smsContent": [shop.content(templateParas=["人民公园😀"])],
            "from": shop.signature.channel_number,
            "extend": "订单",
            "statusCallback": None,
        }
    )
    assert "\\u4eba" in body
    answer = shop.post_diff(body.encode() + b"\n", content_type="application/json;charset=UTF-8")
    assert answer.code == "000000"
    request = SendRequest.objects.get()
    assert (request.extend, request.variables) == ("订单", ["人民公园😀"])


def test_unquoted_values_are_taken_as_they_are_written(shop: Shop) -> None:
    assert shop.send_diff(shop.content(templateParas=[12345])).statuses == ["000000"]
    assert SendRequest.objects.get().variables == ["12345"]


def test_all_contents_are_stored_or_none(
    shop: Shop, other: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    accept = send.accept

    def fail_on_the_second(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise DatabaseError
        return accept(*arguments)

    monkeypatch.setattr(send, "accept", fail_on_the_second)
    with pytest.raises(DatabaseError):
        shop.send_diff(shop.content(), other.content(templateParas=["B1", "B2"]))
    assert stored() == (0, 0, 0)
