"""Above a traffic threshold a call is refused as a whole: E000623, HTTP 403 (ruling 14)."""

import pytest

from api.models import RememberedAnswer
from customers.models import Notice
from messaging.models import TrafficThreshold
from messaging.policy import thresholds
from tests.api.conftest import stored
from tests.api.shop import Shop, form
from tests.messaging.road import numbers


@pytest.fixture(autouse=True)
def row(shop: Shop):
    thresholds.forget()
    row = TrafficThreshold.objects.create(
        customer=shop.application.customer,
        daily_alarm=2,
        daily_limit=3,
        monthly_alarm=8,
        monthly_limit=9,
    )
    yield row
    thresholds.forget()


def told() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("event", flat=True))


def test_nothing_of_the_call_is_stored(shop: Shop):
    assert shop.send(to=",".join(numbers(2))).code == "000000"
    answer = shop.send(to=",".join(numbers(2)))
    assert answer.told == (403, "E000623")
    assert answer.body["description"] == (
        "The number of SMSs sent by the account has reached its quota: 2 of 3 messages of the day "
        "are used, so 2 more do not fit. Wait for the next day or raise the daily limit."
    )
    assert stored()[:2] == (1, 2)
    assert told() == ["daily_alarm", "daily_limit"]
    assert shop.send(to="+8613800138000").code == "000000"


def test_all_contents_of_a_call_fit_or_none(shop: Shop, row: TrafficThreshold):
    contents = [shop.content(to=numbers(2), templateParas=[f"A{n}"]) for n in range(2)]
    assert shop.send_diff(*contents).told == (403, "E000623")
    assert stored()[:2] == (0, 0)
    row.refresh_from_db()
    assert row.day_used == 0


def test_a_refused_call_is_not_remembered(shop: Shop, row: TrafficThreshold):
    headers = shop.wsse() | {"Idempotency-Key": "k1"}
    body = form(shop.fields(to=",".join(numbers(4))))
    assert shop.post(body, headers=headers).told == (403, "E000623")
    assert not RememberedAnswer.objects.exists()
    assert told() == ["daily_limit"]
    row.daily_limit = 4
    row.save()
    assert shop.post(body, headers=headers).code == "000000"


def test_numbers_that_are_refused_in_the_answer_do_not_count(shop: Shop, row: TrafficThreshold):
    assert shop.send(to="+8613800138000,+8613800138000,+8613800138000").code == "000000"
    row.refresh_from_db()
    assert row.day_used == 1
