import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from messaging.groups import checking, reasons
from messaging.groups.blocks import good_rows
from messaging.groups.store import RowStore
from messaging.models import GroupTask
from reviews.models import Template

from .conftest import MakeTask, numbers, problems_of


def rows_of(task: GroupTask) -> list[tuple[Any, ...]]:
    rows = good_rows(task)
    return [(row.position, row.line, row.recipient, list(row.values), row.parts) for row in rows]


def test_good_rows_are_kept_and_bad_ones_named(delivery: Template, checked: MakeTask) -> None:
    task = checked(
        delivery,
        "手机号,订单,时间\r\n"
        "13800138000,A1,09:30\r\n"
        "1380013800,A2,09:30\r\n"
        "\r\n"
        '+8613800138001,"A3",2024-05-01\r\n'
        "13800138000,A1,09:30\r\n"
        '13800138002,A4,"Mon, 9:30"\r\n',
    )

    assert task.state == GroupTask.State.CHECKED
    assert rows_of(task) == [
        (1, 2, "+8613800138000", ["A1", "09:30"], 1),
        (2, 5, "+8613800138001", ["A3", "2024-05-01"], 1),
    ]
    assert [(line, value) for line, value, _reason in problems_of(task)] == [
        (3, "1380013800"),
        (6, "13800138000"),
        (7, "C: Mon, 9:30"),
    ]
    assert problems_of(task)[0][2] == str(reasons.Reason.of("number_wrong").sentence)
    totals = (task.total_rows, task.valid_rows, task.invalid_rows, task.duplicate_rows, task.parts)
    assert totals == (5, 2, 2, 1, 2)


def test_values_survive_copy_as_they_are(checked: MakeTask, delivery: Template) -> None:
    delivery.version.variable_attributes[0]["attribute"] = "TXT_20"
    delivery.version.save()
    value = 'a\\b\t"李"\\N\n😀'

    task = checked(delivery, '13800138000,"a\\b\t""李""\\N\n😀",09:30\n')

    assert rows_of(task) == [(1, 1, "+8613800138000", [value, "09:30"], 1)]


@pytest.mark.parametrize("language_of_uploader", ["", "zh-hans"])
def test_reasons_are_in_the_language_of_the_reader(
    language_of_uploader: str, delivery: Template, uploaded: MakeTask
) -> None:
    rows = ("1380013800", "13800138000,A1", "13800138001,A1,half past nine")
    task = uploaded(delivery, "\n".join(rows))
    task.created_by.language = language_of_uploader
    task.created_by.save()
    checking.check(task.pk)

    def told(language: str) -> list[str]:
        with translation.override(language):
            return [reason for _line, _value, reason in problems_of(task)]

    number, missing, wrong = told("en")
    assert number.startswith("This is not a mainland mobile number.")
    assert "in column C" in missing
    assert wrong.startswith("Column C: Write a date as ")
    chinese = told("zh-hans")
    assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in chinese)
    assert "C" in chinese[1]
    assert "09:30" in chinese[2]
    assert "Write" not in chinese[2]


def test_checking_twice_changes_nothing(notice: Template, checked: MakeTask) -> None:
    task = checked(notice, "13800138000\n13800138000\n1\n")
    before = (rows_of(task), problems_of(task), task.state)

    checking.check(task.pk)

    task.refresh_from_db()
    assert (rows_of(task), problems_of(task), task.state) == before


def test_a_crash_half_way_leaves_the_task_as_it_was(
    notice: Template, uploaded: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = uploaded(notice, "\n".join([*numbers(25), "bad"]))
    monkeypatch.setattr(checking, "CHUNK_ROWS", 10)
    write = RowStore.write
    chunks = []

    def crash_on_second_chunk(store: RowStore, good: Any) -> None:
        chunks.append(len(good))
        write(store, good)
        store.flush()
        if len(chunks) == 2:
            raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(RowStore, "write", crash_on_second_chunk)
        with pytest.raises(MemoryError):
            checking.check(task.pk)
    task.refresh_from_db()
    assert (task.state, rows_of(task)) == (GroupTask.State.CHECKING, [])

    checking.check(task.pk)

    task.refresh_from_db()
    assert (task.state, task.valid_rows) == (GroupTask.State.CHECKED, 25)
    assert [row[0] for row in rows_of(task)] == list(range(1, 26))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'13800138000\n"open', "quotation mark"),
        (b"13800138000\n" + b"1" * 100_000 + b"\0", "nor a text file"),
        (b"\n,,\n \n", "holds no numbers"),
        ("手机号\n".encode(), "holds no numbers"),
    ],
)
def test_a_bad_file_fails_the_task_with_the_reason(
    notice: Template, checked: MakeTask, content: bytes, reason: str
) -> None:
    task = checked(notice, content)

    assert task.state == GroupTask.State.FAILED
    assert reason in task.failure
    assert task.finished_at is not None
    assert (rows_of(task), problems_of(task), task.total_rows) == ([], [], 0)


def test_a_lost_file_fails_the_task(notice: Template, uploaded: MakeTask) -> None:
    task = uploaded(notice, "13800138000\n")
    Path(task.file.path).unlink()

    checking.check(task.pk)

    task.refresh_from_db()
    assert (task.state, "no longer there" in task.failure) == (GroupTask.State.FAILED, True)


def test_one_row_too_many_fails_the_task(
    notice: Template, checked: MakeTask, settings: Any
) -> None:
    settings.SMS_GROUP_MAX_ROWS = 3
    assert checked(notice, "\n".join(numbers(3))).state == GroupTask.State.CHECKED

    task = checked(notice, "\n".join(numbers(4)))

    assert task.state == GroupTask.State.FAILED
    assert "more than 3 rows" in task.failure
    assert rows_of(task) == []


def test_a_file_of_only_bad_rows_is_checked_and_tells_why(
    notice: Template, checked: MakeTask
) -> None:
    task = checked(notice, "123\n456\n")

    assert (task.state, task.valid_rows, task.invalid_rows) == (GroupTask.State.CHECKED, 0, 2)
    assert len(problems_of(task)) == 2


def test_ten_thousand_rows_take_little_memory_and_few_statements(
    delivery: Template, uploaded: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHUNK_ROWS", 1000)
    lines = [f"{number},A{n},09:30" for n, number in enumerate(numbers(10_000))]
    task = uploaded(delivery, "\n".join(lines))

    tracemalloc.start()
    with CaptureQueriesContext(connection) as queries:
        checking.check(task.pk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    task.refresh_from_db()
    assert task.valid_rows == len(rows_of(task)) == 10_000
    assert len(queries) < 20
    assert peak < 6 * 1024 * 1024
