"""Read an uploaded spreadsheet, told apart by its content, into lines of named cells."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.errors import Refusal
from reviews.services.imports.columns import COLUMNS, column_named
from reviews.services.imports.unpacking import check_workbook, not_a_workbook

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 1_000

_ENCODINGS = ("utf-8-sig", "gb18030")
_ZIP, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_FORMULA = tuple("=+-@\t\r")


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty: its number as a spreadsheet program counts, its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_lines(file: IO[bytes]) -> list[Line]:
    """Return the rows below the headings; columns nobody asked for are left out.

    Refuses (field `file`) an empty file, one of more than 2 MB, one that is neither .xlsx nor CSV
    in UTF-8 or GB 18030, one without the headings of the sample, and more than 1,000 rows.
    """
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise _refusal("import_empty", _("The file is empty. Fill in the sample and import it."))
    if len(data) > MOST_BYTES:
        raise _refusal(
            "import_size",
            _("The file is larger than %(limit)d MB. Split it into several files."),
            limit=MOST_BYTES // (1024 * 1024),
        )
    rows = _filled(_rows_of_workbook(data) if data.startswith(_ZIP) else _rows_of_text(data))
    _number, headings = next(rows, (0, []))
    keys = _keys(headings)
    lines = [Line(number, _named(keys, cells)) for number, cells in _capped(rows)]
    if not lines:
        raise _refusal("import_no_rows", _("There are no rows below the headings. Add some."))
    return lines


def neutral(text: str) -> str:
    """Write a cell so that no spreadsheet program takes it for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def _restored(text: str) -> str:
    """Undo what `neutral` did to a cell."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def _rows_of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    check_workbook(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise not_a_workbook() from error
    for number, cells in enumerate(rows, 1):
        yield number, [_text(cell) for cell in cells]


def _rows_of_text(data: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise _refusal(
            "import_quotes",
            _(
                "The file cannot be read at line %(line)d: a quotation mark is not closed or "
                "stands inside a cell. Put such cells into quotation marks and double the mark."
            ),
            line=reader.line_num,
        ) from error


def _decoded(data: bytes) -> str:
    if data.startswith(_OLD_WORKBOOK) or b"\0" in data:
        raise _refusal(
            "import_format",
            _("This is neither an .xlsx workbook nor a CSV file. Save the list as .xlsx."),
        )
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refusal(
        "import_encoding",
        _(
            "The characters of this file can be read neither as UTF-8 nor as GB18030. "
            "Save the list as .xlsx or as CSV UTF-8."
        ),
    )


def _text(cell: Any) -> str:
    """A cell as people see it: whole numbers without a fraction."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)


def _filled(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in rows:
        plain = [_restored(cell.strip()).replace("\r\n", "\n") for cell in cells]
        if any(plain):
            yield number, plain


def _capped(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise _refusal(
                "import_rows",
                _("The file has more than %(limit)d rows. Split it into several files."),
                limit=MOST_ROWS,
            )
        yield row


def _keys(headings: Sequence[str]) -> list[str | None]:
    keys = [column_named(heading) for heading in headings]
    missing = [str(each.heading) for each in COLUMNS if each.is_required and each.key not in keys]
    if missing:
        raise _refusal(
            "import_columns",
            _(
                "The first row lacks the headings %(missing)s. "
                "Download the sample and keep its first row."
            ),
            missing=", ".join(missing),
        )
    return keys


def _named(keys: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    given = dict(zip(keys, cells, strict=False))
    return {column.key: given.get(column.key, "") for column in COLUMNS}


def _refusal(code: str, message: Any, **params: Any) -> Refusal:
    return Refusal(code, message, field="file", params=params)
