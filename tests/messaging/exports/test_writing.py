import csv
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from python_calamine import CalamineWorkbook

from common.clock import now
from customers.models import User
from messaging.exports import asking, files, packing, workbook, writing
from messaging.exports.kinds import SOURCES
from messaging.models import Export, Message, SendRequest
from messaging.queries.search import Result
from tests.messaging.road import Road, numbers

Ask = Callable[..., Export]


def write_all(export: Export) -> Export:
    while writing.write_due(budget_s=0):
        pass
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    return b"".join(files.read(export.public_id, files.FILE, export.pieces))


def rows(export: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(export).decode("utf-8-sig"), newline="")))


def test_a_csv_holds_the_columns_of_the_page(road: Road, ask: Ask):
    accepted = road.accept(numbers(2))
    Message.objects.filter(id=accepted.first_id).update(state=Message.State.FAILED, code="SC:0010")
    export = write_all(ask())
    header, newest, oldest = rows(export)
    named = dict(zip(header, oldest, strict=True))
    assert (export.state, export.rows, export.share) == (Export.State.READY, 2, 1.0)
    assert newest[0] == accepted.sms_msg_ids(2)[1]
    assert named["Recipient"] == "13800000000"
    assert named["Application"] == road.application.name
    assert named["Template ID"] == road.template.template_id
    assert named["Template"] == road.template.name
    assert named["Send result"] == "Failed"
    assert (named["Status code"], named["Status source"]) == ("SC:0010", "Rule")
    assert named["Meaning"] == "Sending frequency exceeded"
    assert named["What to do"].startswith("Wait for the limit window to pass")
    assert export.size == len(content(export))
    assert export.expires_at


def test_it_is_written_in_the_language_of_who_asked(road: Road, ask: Ask):
    road.accept(numbers(1))
    with translation.override("zh-hans"):
        export = ask()
    write_all(export)
    with translation.override("zh-hans"):
        assert rows(export)[0][1] == translation.gettext("Recipient") != "Recipient"


def test_slices_follow_each_other_without_a_gap(
    road: Road, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "SLICE_ROWS", 3)
    for start in (0, 100):
        road.accept(numbers(5, start=13800000000 + start))
    export = write_all(ask())
    _header, *found = rows(export)
    ids = [row[0].rpartition("_")[2] for row in found]
    expected = Message.objects.order_by("-id").values_list("id", flat=True)
    assert ids == [str(one) for one in expected]
    assert export.pieces == 4


def test_filters_are_those_of_the_search(road: Road, ask: Ask):
    accepted = road.accept(numbers(3))
    Message.objects.filter(id=accepted.first_id + 1).update(
        state=Message.State.FAILED, code="MK:1008"
    )
    found = rows(write_all(ask(result=Result.FAILED)))
    assert [row[1] for row in found[1:]] == ["13800000001"]


def test_what_looks_like_a_formula_stays_text(road: Road, ask: Ask):
    road.accept(["+85291234567"])
    SendRequest.objects.update(signature_name="=1+1")
    found = rows(write_all(ask()))
    assert (found[1][1], found[1][3]) == ("'+85291234567", "'=1+1")
    workbook_ = sheets(write_all(ask(Export.Format.XLSX)))
    assert (workbook_[0][1][1], workbook_[0][1][3]) == ("+85291234567", "=1+1")


def sheets(export: Export) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(export)))
    return [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]


def test_a_workbook_is_made_of_the_same_rows(
    road: Road, ask: Ask, media: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "SLICE_ROWS", 2)
    road.accept(numbers(5))
    export = ask(Export.Format.XLSX)
    csv_rows = rows(write_all(ask()))
    write_all(export)
    (sheet,) = sheets(export)
    assert [[str(cell) for cell in row[:8]] for row in sheet] == [row[:8] for row in csv_rows]
    assert sheet[1][8] == 1
    assert export.size == len(content(export))


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_a_workbook_is_put_together(
    road: Road, ask: Ask, person: User, media: Path, monkeypatch: pytest.MonkeyPatch
):
    road.accept(numbers(2))
    export, made_of = ask(Export.Format.XLSX), workbook.made_of
    states = []

    def delete_meanwhile() -> None:
        states.append(Export.objects.get().state)
        asking.delete(export=export, actor=person)
        connection.close()

    def interrupted(*args: Any) -> Iterator[bytes]:
        made = list(made_of(*args))
        other = threading.Thread(target=delete_meanwhile)
        other.start()
        other.join()
        yield from made

    monkeypatch.setattr(workbook, "made_of", interrupted)
    while writing.write_due(budget_s=0):
        pass
    assert states == [Export.State.PACKING]
    assert not Export.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_who_lost_its_turn_touches_no_file(road: Road, ask: Ask, monkeypatch: pytest.MonkeyPatch):
    """A writer that was away for so long that another one put the workbook together."""
    road.accept(numbers(2))
    export, made_of = ask(Export.Format.XLSX), workbook.made_of
    assert writing.write_due(budget_s=0)
    slow: list[bytes] = []

    def overtaken(*args: Any) -> Iterator[bytes]:
        monkeypatch.setattr(workbook, "made_of", made_of)
        slow.extend(made_of(*args))
        Export.objects.update(worked_at=now())
        packing.pack(export.pk)
        yield b"what is too late"

    monkeypatch.setattr(workbook, "made_of", overtaken)
    packing.pack(export.pk)
    export.refresh_from_db()
    assert export.state == Export.State.READY
    assert b"too late" not in content(export)


def test_a_workbook_that_cannot_be_put_together_is_tried_again(
    road: Road, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    road.accept(numbers(2))
    export, made_of = ask(Export.Format.XLSX), workbook.made_of
    crashes = iter([True, True])

    def crash_twice(*args: Any) -> Iterator[bytes]:
        if next(crashes, False):
            raise OSError
        return made_of(*args)

    monkeypatch.setattr(workbook, "made_of", crash_twice)
    write_all(export)
    assert (export.state, export.attempts) == (Export.State.READY, 0)


def test_a_workbook_begins_a_new_sheet_when_one_is_full():
    pieces: Iterator[bytes] = iter([workbook.as_piece([[n]]) for n in range(5)])
    made = b"".join(workbook.made_of(pieces, ["Number"], sheet_rows=3))
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    found = [book.get_sheet_by_index(n).to_python() for n in range(3)]
    assert found == [
        [["Number"], [0], [1]],
        [["Number"], [2], [3]],
        [["Number"], [4]],
    ]


@pytest.mark.parametrize("file_format", Export.Format)
def test_no_rows_make_a_file_with_a_header(file_format: Export.Format, ask: Ask):
    export = write_all(ask(file_format))
    assert export.state == Export.State.READY
    first = rows(export)[0] if file_format == Export.Format.CSV else sheets(export)[0][0]
    assert first[0] == "smsMsgId"


def test_too_many_rows_are_cut_and_it_says_so(road: Road, ask: Ask, settings: Any):
    settings.SMS_EXPORT_MAX_ROWS = 3
    road.accept(numbers(5))
    export = write_all(ask())
    assert (export.rows, export.is_cut, export.state) == (3, True, Export.State.READY)


def test_numbers_lie_encrypted_on_the_disk(road: Road, ask: Ask, media: Path):
    road.accept(numbers(1))
    write_all(ask())
    (stored,) = [path for path in media.rglob("*") if path.is_file()]
    assert b"13800000000" not in stored.read_bytes()


def test_after_a_crash_it_goes_on_where_it_was(
    road: Road, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "SLICE_ROWS", 2)
    road.accept(numbers(5))
    export = ask()
    assert writing.write_due(budget_s=0)
    read, crashes = SOURCES[Export.Kind.DETAILS].read, iter([True, False])

    def crash_once(*args: Any, **options: Any) -> Any:
        if next(crashes, False):
            files.write(export.public_id, files.FILE, 2, b"half a piece")
            raise ConnectionError
        return read(*args, **options)

    monkeypatch.setattr(SOURCES[Export.Kind.DETAILS], "read", crash_once)
    write_all(export)
    assert export.state == Export.State.READY
    assert [row[1] for row in rows(export)[1:]] == [f"1380000000{n}" for n in (4, 3, 2, 1, 0)]


def test_one_that_never_succeeds_fails_with_a_reason(
    road: Road, ask: Ask, media: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_args: Any, **_options: Any) -> Any:
        raise ConnectionError

    export = ask()
    monkeypatch.setattr(SOURCES[Export.Kind.DETAILS], "read", broken)
    write_all(export)
    assert export.state == Export.State.FAILED
    assert "Writing it failed 5 times" in export.failure
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_broken_export_does_not_hold_up_the_next(
    road: Road, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    broken, fine = ask(), ask(Export.Format.XLSX)
    read = SOURCES[Export.Kind.DETAILS].read

    def read_or_fail(export: Export, **options: Any) -> Any:
        if export.pk == broken.pk:
            raise ConnectionError
        return read(export, **options)

    monkeypatch.setattr(SOURCES[Export.Kind.DETAILS], "read", read_or_fail)
    for _turn in range(4):
        writing.write_due(budget_s=0)
    fine.refresh_from_db()
    assert fine.state == Export.State.READY


def test_exports_take_turns(road: Road, ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "SLICE_ROWS", 1)
    road.accept(numbers(3))
    first, second = ask(), ask()
    for _turn in range(4):
        writing.write_due(budget_s=0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.rows, second.rows) == (2, 2)
