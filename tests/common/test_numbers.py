import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.numbers import MAINLAND_MOBILE, country_of, display, mask, parse_recipients

national_mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
entries = st.text(alphabet="0123456789+ ,a１", max_size=24)


@pytest.mark.parametrize(
    ("entry", "e164"),
    [
        ("13800138000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        (" 8613800138000", "+8613800138000"),
        ("19912345678", "+8619912345678"),
        ("+861012345678", "+861012345678"),
        ("+862012345678", "+862012345678"),
        (" 862012345678", "+862012345678"),
        ("+4915112345678", "+4915112345678"),
        ("+12345678901234567890", "+12345678901234567890"),
    ],
)
def test_a_good_number_is_normalised(entry: str, e164: str) -> None:
    found = parse_recipients([entry])
    assert found.e164 == [e164]
    assert not found.has_illegal


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "+",
        "8613800138000",
        "008613800138000",
        "12800138000",
        "1380013800",
        "138001380000",
        "+861280013800",
        "+861380013800",
        "+86138001380000",
        "++8613800138000",
        "+0123456789",
        "4915112345678",
        "+123456",
        "+123456789012345678901",
    ],
)
def test_a_number_against_the_rules_is_malformed_but_not_illegal(entry: str) -> None:
    found = parse_recipients(["13800138000", entry, "13800138001"])
    assert found.e164 == ["+8613800138000", None, "+8613800138001"]
    assert found.first_illegal is None


@pytest.mark.parametrize(
    "entry",
    [
        "1380013800a",
        "138-0013-8000",
        " 13800138000",
        "13800138000\n",
        "１３８００１３８０００",
        " 4915112",
    ],
)
def test_any_other_character_makes_the_call_illegal(entry: str) -> None:
    found = parse_recipients(["13800138000", "1", entry, "x"])
    assert found.has_illegal
    assert found.first_illegal == entry


def test_no_numbers_give_no_columns() -> None:
    assert parse_recipients([]).e164 == []


@given(st.lists(entries, max_size=20))
def test_columns_keep_the_order_and_hold_only_normal_forms(raw: list[str]) -> None:
    found = parse_recipients(raw)
    assert len(found.e164) == len(raw)
    for entry, number in zip(raw, found.e164, strict=True):
        if number is not None:
            assert number[0] == "+"
            assert set(number[1:]) <= set("0123456789")
            assert len(number) <= 21
            assert number.endswith(entry.lstrip("+ "))
            assert parse_recipients([number]).e164 == [number]


@given(st.lists(entries, max_size=20))
def test_illegal_is_exactly_another_character(raw: list[str]) -> None:
    found = parse_recipients(raw)
    illegal = [
        entry
        for entry, number in zip(raw, found.e164, strict=True)
        if number is None and set(entry) - set("0123456789+")
    ]
    assert found.first_illegal == (illegal[0] if illegal else None)


@given(national_mobiles, st.sampled_from(["", "+86", " 86"]))
def test_every_spelling_of_a_mobile_is_one_number(national: str, prefix: str) -> None:
    assert parse_recipients([prefix + national]).e164 == ["+86" + national]
    found = MAINLAND_MOBILE.fullmatch(prefix + national)
    assert found is not None
    assert found[1] == national


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("+8613800138000", "138****8000"),
        ("+4915112345678", "+49****5678"),
        ("+862012345678", "201****5678"),
        ("10086", "****86"),
        ("", "****"),
    ],
)
def test_mask_hides_the_middle(number: str, masked: str) -> None:
    assert mask(number) == masked


@given(national_mobiles)
def test_mask_never_shows_more_than_seven_digits(national: str) -> None:
    assert sum(map(str.isdigit, mask("+86" + national))) == 7


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800138000", "138 0013 8000"),
        ("13800138000", "138 0013 8000"),
        ("+442079460018", "+44 20 7946 0018"),
        ("+861012345678", "+86 10 1234 5678"),
        ("12345", "12345"),
        ("not a number", "not a number"),
    ],
)
def test_display_writes_a_number_for_people(number: str, shown: str) -> None:
    assert display(number) == shown


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+8613800138000", "CN"),
        ("+85261234567", "HK"),
        ("+4915112345678", "DE"),
        ("+14165550123", "CA"),
        ("+12125550123", "US"),
        ("+49000000000000000", "DE"),
        ("+99999999999", None),
        ("", None),
    ],
)
def test_country_of(number: str, country: str | None) -> None:
    assert country_of(number) == country


@pytest.mark.parametrize("others", [[], ["+8613800138002"], [""], ["+8613800138002", "1"]])
def test_two_numbers_in_one_entry_are_none(others: list[str]):
    found = parse_recipients(["+8613800138000,+8613800138001", *others])
    assert found.e164[0] is None
    assert found.first_illegal == "+8613800138000,+8613800138001"
