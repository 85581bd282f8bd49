"""Pieces of rows as one Excel workbook, a sheet for each million of them."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import xlsxwriter  # type: ignore[import-untyped]

from . import files
from .slices import Cell

SHEET_ROWS = 1_048_576
"""What Excel shows of a sheet at most, its header included."""
PIECE_BYTES = 4 * 1024 * 1024


def made_of(
    pieces: Iterator[bytes], header: Sequence[str], *, sheet_rows: int = SHEET_ROWS
) -> Iterator[bytes]:
    """The bytes of a workbook, in pieces; `pieces` are JSON lists of rows.

    XlsxWriter keeps no more than a row in memory; the sheets lie in a folder meanwhile that is
    removed in the end. Texts are written as texts: none is taken for a formula or a link.
    """
    with tempfile.TemporaryDirectory(prefix="sms-export-") as folder:
        path = Path(folder) / "workbook.xlsx"
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(path, options) as workbook:
            bold = workbook.add_format({"bold": True})
            sheet, line = None, sheet_rows
            for row in _rows(pieces):
                if sheet is None or line >= sheet_rows:
                    sheet, line = _sheet(workbook, header, bold), 1
                sheet.write_row(line, 0, row)
                line += 1
            if sheet is None:
                _sheet(workbook, header, bold)
        with path.open("rb") as written:
            while piece := written.read(PIECE_BYTES):
                yield piece


def as_piece(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as they are kept until the workbook is made."""
    return json.dumps(rows, ensure_ascii=False).encode()


def keep(export_id: UUID, pieces: Iterator[bytes]) -> tuple[int, int]:
    """Write the pieces of a file; return how many there are, and the bytes of the file."""
    count = size = 0
    for count, piece in enumerate(pieces, start=1):
        files.write(export_id, files.FILE, count, piece)
        size += len(piece)
    return count, size


def _rows(pieces: Iterator[bytes]) -> Iterator[list[Cell]]:
    for piece in pieces:
        yield from json.loads(piece)


def _sheet(
    workbook: xlsxwriter.Workbook, header: Sequence[str], bold: object
) -> "xlsxwriter.worksheet.Worksheet":
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, header, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 18)
    return sheet
