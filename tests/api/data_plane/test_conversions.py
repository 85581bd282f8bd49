"""A customer's server tells which codes were used."""

import json
from typing import Any

import pytest

from messaging.models import Conversion
from tests.api.shop import JSON, Answer, Shop, open_shop

PATH = "/sms/conversions/v1"


def tell(shop: Shop, document: Any, **options: Any) -> Answer:
    return shop.post(json.dumps(document).encode(), path=PATH, content_type=JSON, **options)


def ids(answer: Answer) -> list[str]:
    return [one["smsMsgId"] for one in answer.body["result"]]


def told() -> dict[int, bool]:
    return dict(Conversion.objects.values_list("message_id", "is_used"))


def test_what_is_told_is_kept(shop: Shop):
    first, second = ids(shop.send(to="+8613800138000,+8613800138001"))
    answer = tell(shop, {"conversions": [{"smsMsgId": first}, {"smsMsgId": second, "used": False}]})
    assert (answer.status, answer.code, answer.statuses) == (200, "000000", ["000000", "000000"])
    assert told() == {int(first.split("_")[1]): True, int(second.split("_")[1]): False}


def test_a_code_that_is_used_stays_used(shop: Shop):
    (name,) = ids(shop.send())
    for used in (False, True, False):
        tell(shop, {"conversions": [{"smsMsgId": name, "used": used}]})
    assert list(told().values()) == [True]
    (name,) = ids(shop.send())
    both = [{"smsMsgId": name, "used": True}, {"smsMsgId": name, "used": False}]
    assert tell(shop, {"conversions": both}).statuses == ["000000", "000000"]
    assert set(told().values()) == {True}


def test_messages_of_others_and_of_nobody_are_unknown(shop: Shop):
    stranger = open_shop()
    (name,) = ids(stranger.send())
    uuid, _, number = name.partition("_")
    wrong = [name, "x", f"{uuid}_1", f"{uuid}_{10**18}", f"{'0' * 32}_{number}", "_"]
    answer = tell(shop, {"conversions": [{"smsMsgId": one} for one in wrong]})
    assert (answer.status, answer.code) == (200, "E000510")
    assert answer.statuses == ["E000503"] * len(wrong)
    assert told() == {}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], "E000503"),
        ({}, "E000503"),
        ({"conversions": []}, "E000503"),
        ({"conversions": {}}, "E000503"),
        ({"conversions": [1]}, "E000503"),
        ({"conversions": [{"smsMsgId": 1}]}, "E000503"),
        ({"conversions": [{"smsMsgId": "x", "used": "yes"}]}, "E000503"),
        ({"conversions": [{"smsMsgId": "x"}] * 501}, "E000503"),
    ],
)
def test_a_wrong_document_is_refused_as_a_whole(shop: Shop, document: Any, code: str):
    assert tell(shop, document).told == (400, code)


def test_what_is_no_json_is_refused(shop: Shop):
    assert shop.post(b"{", path=PATH, content_type=JSON).told == (400, "E000000")


def test_it_asks_for_the_same_authentication(shop: Shop):
    (name,) = ids(shop.send())
    document = {"conversions": [{"smsMsgId": name}]}
    assert tell(shop, document, headers={}).told == (400, "E000001")
    body = json.dumps(document).encode()
    signed = shop.aksk(body, path=PATH, content_type=JSON)
    assert shop.post(body, path=PATH, content_type=JSON, headers=signed).code == "000000"
