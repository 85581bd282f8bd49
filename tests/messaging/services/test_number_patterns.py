"""When one rule for numbers holds every number of another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.policy.number_control import Patterns
from messaging.services.number_patterns import covers, pattern_of

segments = st.text("01*", min_size=4, max_size=7)


@pytest.mark.parametrize(
    ("wider", "pattern", "expected"),
    [
        ("8000", "138****8000", True),
        ("8000", "+8613800138000", True),
        ("8000", "000*", False),
        ("****", "8000", True),
        ("8000", "****", False),
        ("13800138000", "8000", False),
        ("+8613800138000", "+8613800138000", True),
        ("+8613800138000", "8000", False),
    ],
)
def test_examples(wider: str, pattern: str, expected: bool):
    assert covers(wider, pattern) is expected


@given(segments, segments, st.lists(st.from_regex(r"\+861[01]{8}\Z"), max_size=20))
def test_a_segment_that_covers_another_holds_all_of_its_numbers(wider, pattern, numbers):
    assert covers(pattern, pattern)
    ends = [number[:4] + re.sub(r"\*", "0", pattern).rjust(9, "1") for number in numbers]
    inside = [one for one in [*numbers, *ends] if one in Patterns([pattern])]
    if covers(wider, pattern):
        assert all(one in Patterns([wider]) for one in inside)


@given(segments, st.from_regex(r"\+861[01]{8}\Z"))
def test_a_segment_covers_the_numbers_that_it_holds(segment: str, number: str):
    assert covers(segment, number) == (number in Patterns([segment]))


@pytest.mark.parametrize("line", ["138", "x", "1234567890123", "13*", ""])
def test_what_is_no_pattern(line: str):
    assert pattern_of(line) is None
