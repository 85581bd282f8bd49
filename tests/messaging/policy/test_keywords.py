"""Forbidden words in values: found at send time, named in the timeline."""

from collections.abc import Iterator

import pytest

from messaging.models import Message
from messaging.services.timeline import timeline_of
from reviews.models import ListedWord
from reviews.services.rules import wording
from tests.api.shop import Shop, open_shop


@pytest.fixture(autouse=True)
def _words(db: None) -> Iterator[None]:
    ListedWord.objects.all().delete()
    ListedWord.objects.create(
        kind="forbidden_topic", text="六合彩", is_blocking=True, explanation_en="lottery"
    )
    ListedWord.objects.create(kind="forbidden_topic", text="股票", is_blocking=False)
    ListedWord.objects.create(
        kind="forbidden_topic", text="casino", is_blocking=True, in_notification=False
    )
    wording.forget()
    yield
    wording.forget()


@pytest.fixture
def shop() -> Shop:
    return open_shop(
        content="您的订单${1}已发货，寄往${2}。",
        variable_attributes=[{"name": n, "attribute": "TEXT"} for n in "12"],
    )


def codes() -> list[str]:
    return list(Message.objects.order_by("id").values_list("code", flat=True))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ('["A1","书"]', ""),
        ('["A1","六合彩"]', "SC:0006"),
        ('["买六 合彩","书"]', "SC:0006"),
        ('["六合","彩"]', ""),
        ('["A1","股票"]', ""),
        ('["A1","casino"]', ""),
    ],
)
def test_blocking_words_of_the_type_stop_the_message(shop: Shop, values: str, code: str):
    assert shop.send(templateParas=values).code == "000000"
    assert codes() == [code]


def test_each_has_values_of_its_own(shop: Shop):
    contents = [
        shop.content(to=[f"+861380013800{n}"], templateParas=["A1", text])
        for n, text in enumerate(["书", "六合彩", "笔"])
    ]
    assert shop.send_diff(*contents).code == "000000"
    assert codes() == ["", "SC:0006", ""]


def test_the_timeline_names_the_word(shop: Shop):
    shop.send(templateParas='["A1","六合彩"]')
    steps = timeline_of(Message.objects.select_related("request").get()).steps
    (stopped,) = [step for step in steps if "SC:0006" in step.title]
    assert "“六合彩”: lottery." in stopped.detail
