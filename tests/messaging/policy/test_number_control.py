"""Number rules: complete numbers and ends of numbers; what is allowed wins."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.models import Message, NumberRule
from messaging.policy import number_control, verdicts
from messaging.policy.number_control import Patterns
from messaging.services.number_control import WrongLines, add_rules, switch
from tests.factories import ApplicationFactory
from tests.messaging.road import Road

A, B, C = "+8613800138000", "+8613800138001", "+8613900139000"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    verdicts.forget()
    yield
    verdicts.forget()


def rules(road: Road, *, allow: str = "", deny: str = "", is_enabled: bool = True) -> None:
    customer = road.application.customer
    for kind, lines in (("allow", allow), ("deny", deny)):
        if lines:
            add_rules(customer=customer, kind=kind, lines=lines.split(), actor=None)
    switch(customer=customer, is_enabled=is_enabled, actor=None)
    number_control.forget()


def codes(road: Road, *to: str) -> list[str]:
    road.accept(list(to))
    return list(Message.objects.order_by("id").values_list("code", flat=True))


def test_a_denied_number_and_a_denied_end(road: Road):
    rules(road, deny=f"{A} 139000")
    assert codes(road, A, B, C) == ["E000632", "", "E000632"]


def test_stars_stand_for_one_digit_each(road: Road):
    rules(road, deny="138****8000")
    assert codes(road, A, B, C) == ["E000632", "", ""]


def test_what_is_allowed_wins(road: Road):
    rules(road, deny="****", allow=f"{B} 9000")
    assert codes(road, A, B, C) == ["E000632", "", ""]


def test_rules_that_are_off_block_nothing(road: Road):
    rules(road, deny="****", is_enabled=False)
    assert codes(road, A, B, C) == ["", "", ""]


def test_another_customers_rules_are_not_asked(road: Road):
    stranger = Road(ApplicationFactory(), road.channel, road.template)
    rules(stranger, deny="****")
    assert codes(road, A) == [""]


@given(st.text("0123456789*", min_size=4, max_size=11), st.from_regex(r"\+86[0-9]{11}\Z"))
def test_a_segment_is_the_end_of_a_number(segment: str, number: str):
    expected = re.search(segment.replace("*", ".") + "$", number[3:]) is not None
    assert (number in Patterns([segment])) == expected


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        (["138", "ok"], {1: "Neither a number", 2: "Neither a number"}),
        (["123456789012"], {1: "Neither a number"}),
        (["13800138001", "+8613800138001"], {2: "The same as line 1"}),
        (["13800138002", "", "13800138000"], {3: "There is a rule for it already: allowed"}),
    ],
)
def test_one_wrong_line_and_nothing_is_stored(road: Road, lines: list[str], reasons: dict):
    rules(road, allow=A)
    with pytest.raises(WrongLines) as refused:
        add_rules(customer=road.application.customer, kind="deny", lines=lines, actor=None)
    told = {line.place: line.reason for line in refused.value.lines}
    assert told.keys() == reasons.keys()
    assert all(told[place].startswith(reason) for place, reason in reasons.items())
    assert NumberRule.objects.count() == 1
