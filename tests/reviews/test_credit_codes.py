import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.services.credit_codes import check_character, is_credit_code
from reviews.services.qualification_fields import is_resident_id

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91310000MA1FL2J94A"[:17] + "X"])
def test_the_check_character_decides(code):
    assert is_credit_code(code) == (check_character(code[:17]) == code[17])


def test_the_example_of_the_standard():
    assert is_credit_code("91350100M000100Y43")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100M000100Y44",
        "91350100m000100y43",
        "9135010OM000100Y43",  # the letter O is not used
        "９1350100M000100Y43",
    ],
)
def test_what_is_no_code(code):
    assert not is_credit_code(code)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.data())
def test_a_single_wrong_character_is_always_found(body, data):
    code = body + check_character(body)
    position = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([each for each in ALPHABET if each != code[position]]))

    assert is_credit_code(code)
    assert not is_credit_code(code[:position] + other + code[position + 1 :])


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", False),
        ("11010519491231002x", False),
        ("1101051949123100", False),
        ("11010519491231002Ｘ", False),
    ],
)
def test_identity_numbers_carry_a_check_character(number, fits):
    assert is_resident_id(number) == fits
