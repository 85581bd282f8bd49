import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.smpp.ids import STEPS, normaliser


@pytest.mark.parametrize(
    ("steps", "given_", "expected"),
    [
        ([], " 00aB ", "00aB"),
        (["hex_to_decimal"], "1A2B", "6699"),
        (["hex_to_decimal"], "0x1a2b", "6699"),
        (["hex_to_decimal"], "00001A2B", "6699"),
        (["hex_to_decimal"], "not-hex", "not-hex"),
        (["decimal_to_hex"], "0000006699", "1a2b"),
        (["decimal_to_hex"], "1a2b", "1a2b"),
        (["decimal_to_hex"], "٣", "٣"),
        (["decimal_to_hex", "upper"], "6699", "1A2B"),
        (["strip_zeros"], "000123", "123"),
        (["strip_zeros"], "000", "0"),
        (["strip_zeros"], "", ""),
        (["lower"], "ABC-Def", "abc-def"),
    ],
)
def test_ids_are_made_equal(steps: list[str], given_: str, expected: str):
    assert normaliser(steps)(given_) == expected


@given(st.integers(0, 2**64))
def test_either_direction_makes_both_forms_equal(number: int):
    in_hex, in_decimal = f"{number:X}", f"{number:012d}"
    to_decimal = normaliser(["hex_to_decimal"])
    assert to_decimal(in_hex) == normaliser(["strip_zeros"])(in_decimal)
    assert normaliser(["decimal_to_hex"])(in_decimal) == normaliser(["lower"])(in_hex)


@given(st.text(max_size=70), st.lists(st.sampled_from(sorted(STEPS))))
def test_no_id_crashes(given_: str, steps: list[str]):
    assert isinstance(normaliser(steps)(given_), str)
