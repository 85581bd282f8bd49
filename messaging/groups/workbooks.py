"""Lists as xlsx workbooks, written row by row whatever their length."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]

_OPTIONS = {
    "constant_memory": True,
    # Whatever somebody typed stays text: nothing becomes a formula, a link or a rounded number.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_IN_MEMORY_BYTES = 4 * 1024 * 1024


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """Write a sheet; return its file at the beginning, for the caller to read and close.

    Strings are text cells, integers numbers.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet()
        as_text = workbook.add_format({"num_format": "@"})
        sheet.set_column(0, max(0, len(header) - 1), 20, as_text)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, header, as_text)
        for number, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, str(cell), as_text)
    file.seek(0)
    return file
