"""Problems of a list: by reason, line by line, and as files."""

import python_calamine

from messaging.groups import problems, samples, workbooks
from messaging.models import BlockedNumber, NumberControl, NumberRule
from messaging.policy import verdicts
from reviews.models import Template

from .conftest import MakeTask, numbers


def test_they_are_grouped_with_count_and_first_example(
    delivery: Template, checked: MakeTask
) -> None:
    task = checked(
        delivery,
        "13800138000,A1,09:30\nbad,A,09:30\n123,A,09:30\n13800138000,A1,09:30\n"
        "13800138001,A 1,09:30\n13800138002,A1\n",
    )

    found = [
        (one.category, one.kind, one.count, one.first_line, one.first_value)
        for one in task.problems.all()
    ]
    assert found == [
        ("duplicate", "duplicate", 1, 4, "13800138000"),
        ("number", "number_wrong", 2, 2, "bad"),
        ("value", "value_B", 1, 5, "B: A 1"),
        ("value", "missing_C", 1, 6, "C"),
    ]
    assert task.problems.get(kind="value_B").reason.startswith("Column B: Write 1 to 20 letters")
    assert (task.total_rows, task.valid_rows, task.invalid_rows) == (6, 1, 4)


def test_blocked_numbers_and_words_are_groups_of_their_own(
    notice: Template, checked: MakeTask
) -> None:
    BlockedNumber.objects.create(recipient="+8613800138001", kind="platform", reason="x")
    BlockedNumber.objects.create(recipient="+8613800138002", kind="complaint", reason="x")
    NumberControl.objects.create(customer=notice.customer, is_enabled=True)
    NumberRule.objects.create(customer=notice.customer, kind="deny", pattern="+8613800138003")
    verdicts.forget()

    task = checked(notice, "\n".join(["123", *numbers(5, 13_800_138_000)]))

    assert (task.valid_rows, task.blocked_rows, task.invalid_rows) == (2, 3, 1)
    blocked = task.problems.filter(category="blocked").order_by("first_line")
    assert [(one.kind, one.first_line) for one in blocked] == [
        ("SC:0003", 3),
        ("SC:0005", 4),
        ("E000632", 5),
    ]
    assert [one.line for one in problems.all_lines(task)] == [1, 3, 4, 5]


def test_lines_come_in_pages_and_by_kind(notice: Template, checked: MakeTask) -> None:
    rows = [number if at % 3 else "123" for at, number in enumerate(numbers(3000))]
    task = checked(notice, "\n".join([*rows, "13800000001"]))

    first = problems.lines(task, limit=600)
    rest = problems.lines(task, after=first[-1].line, limit=600)

    assert [one.line for one in first + rest] == [*range(1, 3001, 3), 3001]
    (duplicate,) = problems.lines(task, kind="duplicate")
    assert (duplicate.line, duplicate.value) == (3001, "13800000001")
    assert "stands further up" in duplicate.reason


def test_a_workbook_of_them_holds_text_only() -> None:
    rows = [(1, "=1+1", "http://example.com"), (2, "13800138000", "x")]
    with workbooks.as_xlsx(["Line", "Value", "Reason"], rows) as file:
        sheet = python_calamine.load_workbook(file).get_sheet_by_index(0)

    assert sheet.to_python() == [
        ["Line", "Value", "Reason"],
        [1.0, "=1+1", "http://example.com"],
        [2.0, "13800138000", "x"],
    ]


def test_a_sample_workbook_passes_the_check(delivery: Template, checked: MakeTask) -> None:
    task = checked(delivery, samples.sample_xlsx(delivery))

    assert (task.state, task.valid_rows, task.has_problems) == ("checked", 1, False)
