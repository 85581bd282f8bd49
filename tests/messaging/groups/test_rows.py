import pytest

from common.placeholders import CompiledText
from common.variables import rule_for
from messaging.groups import rows
from messaging.groups.rows import Checked, RowCheck

PLAIN = CompiledText.parse("您的包裹已送达。")
ORDER = CompiledText.parse("您的订单${1}将于${2}送达。")
ORDER_RULES = [rule_for("CHARDIGIT"), rule_for("DATETIME")]


def check(*lines: list[str], text: CompiledText = PLAIN) -> Checked:
    rules = ORDER_RULES if text is ORDER else []
    return RowCheck(text=text, rules=rules, signature="云上商城").check(list(enumerate(lines, 1)))


def test_numbers_are_normalised_with_their_line_and_parts() -> None:
    checked = check(["13800138000"], ["+8613800138001"])

    assert checked.good == [(1, "+8613800138000", None, 1), (2, "+8613800138001", None, 1)]
    assert (checked.rows, checked.problems, checked.duplicates) == (2, [], 0)


def test_values_follow_in_order() -> None:
    checked = check(["13800138000", "A1", "2024-05-01"], text=ORDER)

    assert checked.good == [(1, "+8613800138000", ["A1", "2024-05-01"], 1)]


def test_parts_follow_the_length_of_each_text_with_its_signature() -> None:
    text = CompiledText.parse("一" * 60 + "${1}")
    row_check = RowCheck(text=text, rules=[rule_for("TEXT")], signature="云上商城")

    checked = row_check.check([(1, ["13800138000", "二" * 4]), (2, ["13800138001", "二" * 5])])

    assert [row.parts for row in checked.good] == [1, 2]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1.38E+10", rows.NUMBER_SCIENTIFIC),
        ("1e10", rows.NUMBER_SCIENTIFIC),
        ("1380013800", rows.NUMBER_WRONG),
        ("138001380000", rows.NUMBER_WRONG),
        ("12800138000", rows.NUMBER_WRONG),
        ("+4420794600180", rows.NUMBER_WRONG),
        ("01082880000", rows.NUMBER_WRONG),
        ("138-0013-8000", rows.NUMBER_WRONG),
        ("１３８００１３８０００", rows.NUMBER_WRONG),
        ("13800138000.0", rows.NUMBER_WRONG),
    ],
)
def test_a_bad_number_is_named_with_its_reason(number: str, sentence: str) -> None:
    checked = check(["13800138000"], [number])

    assert checked.problems == [(2, number, sentence)]
    assert [row.line for row in checked.good] == [1]


def test_a_missing_number_is_a_problem_where_the_row_has_other_cells() -> None:
    checked = check(["", "A1", "09:30"], text=ORDER)

    assert checked.problems == [(1, "", rows.NUMBER_MISSING)]


@pytest.mark.parametrize(
    ("cells", "value", "reason"),
    [
        ([], "B", rows.VALUE_MISSING),
        (["A1"], "C", rows.VALUE_MISSING),
        (["", "09:30"], "B: ", rows.VALUE_MISSING),
        (["A1", "09:30", "more"], "D: more", rows.CELL_TOO_MANY),
        (["A 1", "09:30"], "B: A 1", ORDER_RULES[0].sentence),
        (["A1", "2024.5.1"], "C: 2024.5.1", ORDER_RULES[1].sentence),
    ],
)
def test_a_bad_value_is_named_with_its_column(cells: list[str], value: str, reason: str) -> None:
    checked = check(["13800138000", *cells], text=ORDER)

    assert checked.problems == [(1, value, reason)]
    assert checked.good == []


def test_without_variables_only_column_a_may_be_filled() -> None:
    checked = check(["13800138000", "x"], ["13800138001", "", " ".strip()])

    assert checked.problems == [(1, "B: x", rows.CELL_TOO_MANY)]
    assert [row.line for row in checked.good] == [2]


def test_the_first_of_equal_rows_counts_across_chunks() -> None:
    row_check = RowCheck(text=PLAIN, rules=[], signature="云上商城")

    first = row_check.check([(1, ["13800138000"]), (2, ["+8613800138000"])])
    second = row_check.check([(3, ["13800138000"]), (4, ["13800138001"])])

    assert [row.line for row in first.good + second.good] == [1, 4]
    assert first.problems == [(2, "+8613800138000", rows.DUPLICATE)]
    assert second.problems == [(3, "13800138000", rows.DUPLICATE)]
    assert (first.duplicates, second.duplicates) == (1, 1)


def test_the_same_number_may_get_two_contents() -> None:
    checked = check(
        ["13800138000", "A1", "09:30"],
        ["13800138000", "A2", "09:30"],
        ["13800138000", "A1", "09:30"],
        text=ORDER,
    )

    assert [row.line for row in checked.good] == [1, 2]
    assert checked.duplicates == 1


@pytest.mark.parametrize("header", ["手机号", "Number", "phone"])
def test_a_header_is_no_row(header: str) -> None:
    checked = check([], [header, "order"], ["13800138000"])

    assert (checked.rows, [row.line for row in checked.good]) == (1, [3])


@pytest.mark.parametrize("first", ["1.38E+10", "138001380", "1380O138000"])
def test_a_mistyped_number_in_the_first_row_is_no_header(first: str) -> None:
    assert len(check([first], ["13800138000"]).problems) == 1


def test_words_below_the_first_row_are_problems() -> None:
    assert check(["13800138000"], ["手机号"]).problems == [(2, "手机号", rows.NUMBER_WRONG)]


def test_empty_rows_count_nowhere() -> None:
    checked = check([], ["", "", ""], ["13800138000"], [])

    assert (checked.rows, [row.line for row in checked.good]) == (1, [3])
