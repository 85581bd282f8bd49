"""Workbooks as people upload them, good and bad: what is said, and about which rows."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Refusal
from messaging.groups import package, workbook_file
from messaging.groups.readers import read
from messaging.groups.sources import Uploaded
from messaging.models import GroupTask
from reviews.models import Template

from .books import book, changed, lying_about_its_size, sheet_of
from .conftest import MakeTask, numbers, problems_of

State = GroupTask.State


def rows_of(content: bytes) -> list[list[str]]:
    return list(read(io.BytesIO(content)).rows)


def refused(content: bytes) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        rows_of(content)
    assert caught.value.field == "file"
    return caught.value.code, str(caught.value)


def test_rows_keep_their_lines_and_numbers_all_their_digits() -> None:
    content = book([[], ["手机号", "金额"], [13_800_138_000, 99.5], ["+8613800138001", "A"]])

    assert rows_of(content) == [
        ["", ""],
        ["手机号", "金额"],
        ["13800138000", "99.5"],
        ["+8613800138001", "A"],
    ]


def test_a_number_shown_as_a_power_of_ten_is_whole_in_a_workbook(
    notice: Template, checked: MakeTask
) -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        sheet.write_number(0, 0, 13_800_138_000, workbook.add_format({"num_format": "0.00E+00"}))
        sheet.write_string(1, 0, "1.38E+10")

    task = checked(notice, book(fill=fill))

    assert (task.state, task.valid_rows) == (State.CHECKED, 1)
    assert [one.kind for one in task.problems.all()] == ["number_scientific"]
    assert problems_of(task)[0][:2] == (2, "1.38E+10")


def test_dates_and_times_are_written_as_templates_want_them() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        clock = workbook.add_format({"num_format": "h:mm"})
        sheet.write_datetime(0, 0, date(2024, 5, 1), day)
        sheet.write_datetime(0, 1, time(9, 30), clock)
        sheet.write_datetime(0, 2, datetime(2024, 5, 1, 9, 30), day)

    assert rows_of(book(fill=fill)) == [["2024-05-01", "09:30", "2024-05-01 09:30:00"]]


def test_rows_with_formulas_are_not_sent(delivery: Template, checked: MakeTask) -> None:
    def fill(sheet: Any, _workbook: Any) -> None:
        sheet.write_formula(1, 1, '="A"&1', value="A1")

    task = checked(
        delivery,
        book([["13800138000", "A0", "09:30"], ["13800138001", "", "09:30"]], fill),
    )

    assert (task.valid_rows, task.invalid_rows) == (1, 1)
    ((line, value, reason),) = problems_of(task)
    assert (line, value) == (2, "13800138001")
    assert "holds a formula" in reason


def test_rows_in_merged_cells_are_not_sent(delivery: Template, checked: MakeTask) -> None:
    def fill(sheet: Any, _workbook: Any) -> None:
        sheet.merge_range(1, 1, 2, 1, "A1")

    rows = [[number, "A0", "09:30"] for number in numbers(4)]
    task = checked(delivery, book(rows, fill))

    assert task.valid_rows == 2
    assert [line for line, _value, reason in problems_of(task)] == [2, 3]
    (problem,) = task.problems.all()
    assert (problem.kind, problem.count, problem.first_line) == ("merged", 2, 2)
    assert "part of merged cells" in problem.reason


def test_hidden_and_further_sheets_are_named_and_not_read(
    notice: Template, checked: MakeTask
) -> None:
    def fill(_sheet: Any, workbook: Any) -> None:
        for name in ("旧", "更多", "空"):
            sheet = workbook.add_worksheet(name)
            if name != "空":
                sheet.write_string(0, 0, "13900139000")
            if name == "旧":
                sheet.hide()

    task = checked(notice, book([["13800138000"]], fill))

    assert task.valid_rows == 1
    assert task.notes == [
        "The sheet “旧” is hidden and was not read.",
        "The sheet “更多” was not read: only the first sheet with numbers is.",
    ]


def test_a_workbook_whose_only_numbers_are_hidden_is_refused() -> None:
    def fill(_sheet: Any, workbook: Any) -> None:
        hidden = workbook.add_worksheet("旧")
        hidden.write_string(0, 0, "13900139000")
        hidden.hide()

    code, words = refused(book(fill=fill))

    assert (code, "No visible sheet" in words) == ("group_file_no_sheet", True)


def test_macros_are_refused() -> None:
    code, words = refused(changed(book([["1"]]), xl__vbaProject_DOT_bin=b"macro"))

    assert code == "group_file_macros"
    assert "holds macros. Nothing of it was read." in words


def test_another_packed_file_is_no_workbook() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("word/document.xml", "<document/>")

    assert refused(content.getvalue())[0] == "group_file_no_workbook"


@pytest.mark.parametrize("cut", [100, 1000, -30])
def test_a_damaged_workbook_is_refused(cut: int) -> None:
    assert refused(book([["13800138000"]] * 100)[:cut])[0] == "group_file_damaged"


def test_a_broken_sheet_is_damaged() -> None:
    assert refused(sheet_of(b'<row r="1"><c r="A1"><v>1</v></row>'))[0] == "group_file_damaged"
    assert refused(sheet_of(b'<row r="x"><c r="A1"><v>1</v></c></row>'))[0] == "group_file_damaged"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_zip_bomb_is_refused_whatever_size_it_tells(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(
        package, "_LIMITS", {"xl/sharedStrings.xml": 2**20, "xl/worksheets/": 2**20}
    )
    bomb = changed(
        book([["1"]]), **{name.replace("/", "__").replace(".", "_DOT_"): b" " * 2 * 2**20}
    )

    code, words = refused(bomb)
    assert code == "group_file_bomb"
    assert "unpacks to more than any list of numbers needs" in words
    assert refused(lying_about_its_size(bomb, name, 100))[0] == "group_file_bomb"


def test_entities_do_not_unpack_either() -> None:
    laughs = b'<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    sheet = (
        laughs
        + b'<worksheet><sheetData><row r="1"><c r="A1"><v>&b;</v></c></row></sheetData></worksheet>'
    )

    code, _words = refused(changed(book([["1"]]), xl__worksheets__sheet1_DOT_xml=sheet))

    assert code == "group_file_bomb"


def test_a_lonely_cell_in_the_last_corner_is_refused() -> None:
    code, words = refused(sheet_of(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))

    assert code == "group_file_cells"
    assert "row 1048576 and column 16384" in words


def test_tells_how_far_the_look_through_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_BLOCK_BYTES", 10_000)
    shares: list[float] = []
    content = book([[number] for number in numbers(2000)])

    reading = read(io.BytesIO(content), tell=shares.append)
    shares += [reading.share() for _row in reading.rows]

    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] == 1.0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("名单.xlsx", b"MZ\x90\0\x03 a program", "group_file_program"),
        ("名单.csv", b"\x7fELF\x02\x01", "group_file_program"),
        ("名单.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "group_file_old_workbook"),
        ("名单.csv", b"\x89PNG\r\n\x1a\n\0\0", "group_file_binary"),
    ],
)
def test_what_is_no_list_is_refused_at_the_upload(
    notice: Template, uploaded: MakeTask, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        uploaded(notice, b"", recipients=Uploaded(SimpleUploadedFile(name, content)))

    assert (caught.value.code, caught.value.field) == (code, "file")
    assert not GroupTask.objects.exists()


def test_a_workbook_may_be_12_mb_and_a_text_file_more(
    notice: Template, uploaded: MakeTask, settings: Any
) -> None:
    content = book([["13800138000"]])
    settings.SMS_GROUP_MAX_WORKBOOK_BYTES = len(content) - 1
    assert uploaded(notice, "1" * len(content)).pk
    with pytest.raises(Refusal) as caught:
        uploaded(notice, content)

    assert caught.value.code == "group_file_size"


def test_a_workbook_with_a_row_too_many_is_not_taken(
    notice: Template, checked: MakeTask, settings: Any
) -> None:
    settings.SMS_GROUP_MAX_ROWS = 3

    task = checked(notice, book([["手机号"], *([number] for number in numbers(4))]))

    assert task.state == State.FAILED
    assert "more than 3 rows. None of them was taken." in task.failure
    assert list(task.blocks.all()) == []


def test_a_bad_workbook_fails_the_task_with_the_sentence(
    notice: Template, checked: MakeTask
) -> None:
    task = checked(notice, changed(book([["1"]]), xl__vbaProject_DOT_bin=b"macro"))

    assert (task.state, "holds macros" in task.failure) == (State.FAILED, True)


def test_cells_are_counted_before_they_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "MOST_CELLS", 5)
    assert rows_of(book([["1"]] * 5))
    assert refused(book([["1"]] * 6))[0] == "group_file_cells"
