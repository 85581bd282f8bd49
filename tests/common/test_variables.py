import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.variables import all_fit, check_value, is_attribute, rule_for

FITTING = {
    "PHONE": ["1069", "+86-20-12345678", "4008001234", "95588123", "123456789012345"],
    "CHARDIGIT": ["1", "A_b9", "x" * 20, "12345678901", "138001380001"],
    "DATETIME": [
        "20240501",
        "2024-05-01",
        "2024/05/01",
        "2024年05月01日",
        "09:30:59",
        "23:59",
        "09点30分",
        "09点30",
    ],
    "MONEY": ["1", "99.50", "127.0.0.1", "壹佰贰拾", "一万", "三点五", "12万", "1" * 20],
    "TEXT": ["张三", "a", "Room 5, Building-2", "中" * 20, "订单12345678901号"],
    "NEWTEXT": ["中" * 99],
    "LONGTEXT": ["中" * 99],
    "NUM_6": ["1", "123456"],
    "NUM_20": ["1" * 20],
    "TXT_3": ["a.b", "中文。"],
    "DATE": ["2024/05/01"],
    "TIME": ["09:30", "23:59:59"],
}
OBJECTIONABLE = {
    "PHONE": ["", "123", "1234567890123456", "1234-", "400 800", "abcd", "１２３４"],
    "CHARDIGIT": ["", "x" * 21, "a-b", "a b", "中", "a.b", "13800138000", "１"],
    "DATETIME": [
        "",
        "2024-5-1",
        "20241301",
        "2024-05-32",
        "2024-05-01 09:30",
        "24:00",
        "09:60",
        "9:30",
        "2024-05/01",
        "09点",
        "today",
    ],
    "MONEY": ["", "¥5", "$5", "5元", "1,000", "-5", ".", "...", "1" * 21, "五圆"],
    "TEXT": [
        "",
        "中" * 21,
        "a.b",
        "好。",
        "it's",
        "<b",
        "b>",
        "{a",
        "a}",
        "找13800138000",
        "a\n13800138000",
    ],
    "NEWTEXT": ["", "中" * 100, "a.b"],
    "LONGTEXT": ["", "中" * 100, "www.example"],
    "NUM_6": ["", "1234567", "12a", "１"],
    "NUM_20": ["1" * 21],
    "TXT_3": ["", "abcd", "{", "a}"],
    "DATE": ["2024-05-01", "2024/13/01", "2024/05/01 "],
    "TIME": ["9:30", "24:00", "09:30:60", "09:30\n"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(attribute, value) for attribute, values in table.items() for value in values]


@pytest.mark.parametrize(("attribute", "value"), pairs(FITTING))
def test_a_fitting_value_meets_no_objection(attribute: str, value: str) -> None:
    assert check_value(attribute, value) is None


@pytest.mark.parametrize(("attribute", "value"), pairs(OBJECTIONABLE))
def test_any_other_value_meets_a_sentence(attribute: str, value: str) -> None:
    assert str(check_value(attribute, value)).startswith("Write ")


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("PHONE", "4 to 15 characters"),
        ("NUM_6", "1 to 6 digits"),
        ("TXT_3", "1 to 3 characters without { and }"),
        ("TEXT", "any of . 。 ' < > { };"),
        ("DATE", "2024/05/01"),
    ],
)
def test_the_sentence_names_the_rule(attribute: str, words: str) -> None:
    assert words in str(check_value(attribute, ""))


@pytest.mark.parametrize("name", ["1", "", "NUM", "TXT", "NUM_0", "NUM_21", "TXT_01", "text"])
def test_a_name_that_is_no_attribute(name: str) -> None:
    assert not is_attribute(name)
    with pytest.raises(ValueError, match="no variable attribute"):
        rule_for(name)


@pytest.mark.parametrize("name", [*FITTING, "NUM_1", "TXT_20"])
def test_a_name_that_is_an_attribute(name: str) -> None:
    assert is_attribute(name)


def test_a_granted_length_replaces_the_usual_one() -> None:
    assert rule_for("TEXT", 40).objection("中" * 40) is None
    assert rule_for("TEXT", 40).objection("中" * 41) is not None
    assert rule_for("CHARDIGIT", 6).objection("1234567") is not None
    assert rule_for("NUM_20", 6).objection("1234567") is not None
    assert "1 to 40 characters" in str(rule_for("TEXT", 40).sentence)


def test_rows_are_judged_one_by_one() -> None:
    rules = [rule_for("NUM_6"), rule_for("TEXT")]
    rows = [["123456", "张三"], ["x", "张三"], ["1", ""], ["1"], ["1", "a", "b"], [], ["1", "b"]]
    assert all_fit(rules, rows) == [True, False, False, False, False, False, True]


def test_a_template_without_variables_wants_empty_rows() -> None:
    assert all_fit([], [[], ["surplus"]]) == [True, False]


@given(
    st.sampled_from(sorted(FITTING)),
    st.one_of(st.text(max_size=25), st.sampled_from([value for _, value in pairs(FITTING)])),
)
def test_the_batch_and_the_single_check_agree(attribute: str, value: str) -> None:
    assert all_fit([rule_for(attribute)], [[value]]) == [check_value(attribute, value) is None]
