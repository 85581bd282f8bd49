import pytest

from common.placeholders import CompiledText
from common.variables import rule_for
from messaging.groups.rows import Checked, RowCheck

PLAIN = CompiledText.parse("您的包裹已送达。")
ORDER = CompiledText.parse("您的订单${1}将于${2}送达。")
ORDER_RULES = [rule_for("CHARDIGIT"), rule_for("DATETIME")]


def check(*lines: list[str], text: CompiledText = PLAIN) -> Checked:
    rules = ORDER_RULES if text is ORDER else []
    return RowCheck(text=text, rules=rules, signature="云上商城").check(lines, first_line=1)


def good_of(checked: Checked) -> list[tuple[int, str, list[str] | None, int]]:
    good = checked.good
    values = good.values or [None] * len(good)
    return list(zip(good.lines, good.recipients, values, good.parts, strict=True))


def problems_of(checked: Checked) -> list[tuple[int, str, str]]:
    return [(one.line, one.value, one.reason.kind) for one in checked.problems]


def test_numbers_are_normalised_with_their_line_and_parts() -> None:
    checked = check(["13800138000"], ["+8613800138001"])

    assert good_of(checked) == [(1, "+8613800138000", None, 1), (2, "+8613800138001", None, 1)]
    assert (checked.rows, checked.problems) == (2, [])


def test_values_follow_in_order() -> None:
    checked = check(["13800138000", "A1", "2024-05-01"], text=ORDER)

    assert good_of(checked) == [(1, "+8613800138000", ["A1", "2024-05-01"], 1)]


def test_parts_follow_the_length_of_each_text_with_its_signature() -> None:
    text = CompiledText.parse("一" * 60 + "${1}")
    row_check = RowCheck(text=text, rules=[rule_for("TEXT")], signature="云上商城")

    checked = row_check.check([["13800138000", "二" * 4], ["13800138001", "二" * 5]], first_line=1)

    assert checked.good.parts == [1, 2]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1.38E+10", "number_scientific"),
        ("1e10", "number_scientific"),
        ("1380013800", "number_wrong"),
        ("138001380000", "number_wrong"),
        ("12800138000", "number_wrong"),
        ("+4420794600180", "number_wrong"),
        ("01082880000", "number_wrong"),
        ("138-0013-8000", "number_wrong"),
        ("１３８００１３８０００", "number_wrong"),
        ("13800138000.0", "number_wrong"),
    ],
)
def test_a_bad_number_is_named_with_its_reason(number: str, sentence: str) -> None:
    checked = check(["13800138000"], [number])

    assert problems_of(checked) == [(2, number, sentence)]
    assert checked.good.lines == [1]


def test_a_missing_number_is_a_problem_where_the_row_has_other_cells() -> None:
    checked = check(["", "A1", "09:30"], text=ORDER)

    assert problems_of(checked) == [(1, "", "number_missing")]


@pytest.mark.parametrize(
    ("cells", "value", "reason"),
    [
        ([], "B", "missing_B"),
        (["A1"], "C", "missing_C"),
        (["", "09:30"], "B: ", "missing_B"),
        (["A1", "09:30", "more"], "D: more", "cells_too_many"),
        (["A 1", "09:30"], "B: A 1", "value_B"),
        (["A1", "2024.5.1"], "C: 2024.5.1", "value_C"),
    ],
)
def test_a_bad_value_is_named_with_its_column(cells: list[str], value: str, reason: str) -> None:
    checked = check(["13800138000", *cells], text=ORDER)

    assert problems_of(checked) == [(1, value, reason)]
    assert len(checked.good) == 0


def test_without_variables_only_column_a_may_be_filled() -> None:
    checked = check(["13800138000", "x"], ["13800138001", "", " ".strip()])

    assert problems_of(checked) == [(1, "B: x", "cells_too_many")]
    assert checked.good.lines == [2]


def test_the_first_of_equal_rows_counts_across_chunks() -> None:
    row_check = RowCheck(text=PLAIN, rules=[], signature="云上商城")

    first = row_check.check([["13800138000"], ["+8613800138000"]], first_line=1)
    second = row_check.check([["13800138000"], ["13800138001"]], first_line=3)

    assert first.good.lines + second.good.lines == [1, 4]
    assert problems_of(first) == [(2, "+8613800138000", "duplicate")]
    assert problems_of(second) == [(3, "13800138000", "duplicate")]


def test_the_same_number_may_get_two_contents() -> None:
    checked = check(
        ["13800138000", "A1", "09:30"],
        ["13800138000", "A2", "09:30"],
        ["13800138000", "A1", "09:30"],
        text=ORDER,
    )

    assert checked.good.lines == [1, 2]
    assert problems_of(checked) == [(3, "13800138000", "duplicate")]


@pytest.mark.parametrize("header", ["手机号", "Number", "phone"])
def test_a_header_is_no_row(header: str) -> None:
    checked = check([], [header, "order"], ["13800138000"])

    assert (checked.rows, checked.good.lines) == (1, [3])


@pytest.mark.parametrize("first", ["1.38E+10", "138001380", "1380O138000"])
def test_a_mistyped_number_in_the_first_row_is_no_header(first: str) -> None:
    assert len(check([first], ["13800138000"]).problems) == 1


def test_words_below_the_first_row_are_problems() -> None:
    assert problems_of(check(["13800138000"], ["手机号"])) == [(2, "手机号", "number_wrong")]


def test_empty_rows_count_nowhere() -> None:
    checked = check([], ["", "", ""], ["13800138000"], [])

    assert (checked.rows, checked.good.lines) == (1, [3])


def test_blanks_around_cells_go() -> None:
    assert good_of(check([" 13800138000\t", " A1 ", "09:30 "], text=ORDER)) == [
        (1, "+8613800138000", ["A1", "09:30"], 1)
    ]


def test_spoiled_lines_are_problems_whatever_stands_in_them() -> None:
    row_check = RowCheck(
        text=PLAIN, rules=[], signature="云上商城", spoiled={2: "formula", 3: "merged"}
    )

    checked = row_check.check([["13800138000"], ["13800138001"], ["13800138002"]], first_line=1)

    assert problems_of(checked) == [(2, "13800138001", "formula"), (3, "13800138002", "merged")]
    assert checked.good.lines == [1]
