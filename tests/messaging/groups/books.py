"""Workbooks for tests, as spreadsheet programs write them."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import xlsxwriter

Fill = Callable[[Any, Any], None]
"""Fills a sheet (first argument) of a workbook (second)."""


def book(rows: Iterable[Sequence[Any]] = (), fill: Fill | None = None) -> bytes:
    """A workbook with rows of cells on its first sheet: strings as text, numbers as numbers."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet("名单")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
        if fill is not None:
            fill(sheet, workbook)
    return content.getvalue()


def changed(content: bytes, **parts: bytes) -> bytes:
    """The workbook with parts replaced or added; `__` in a name stands for a slash."""
    by_name = {name.replace("__", "/").replace("_DOT_", "."): text for name, text in parts.items()}
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in by_name:
                new.writestr(info, old.read(info))
        for name, text in by_name.items():
            new.writestr(name, text)
    return result.getvalue()


def sheet_of(xml: bytes) -> bytes:
    """A workbook whose sheet is written by hand."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    part = head + b"<sheetData>" + xml + b"</sheetData></worksheet>"
    return changed(book([["1"]]), xl__worksheets__sheet1_DOT_xml=part)


def lying_about_its_size(content: bytes, name: str, size: int) -> bytes:
    """The packed file with another size of a part in its directory and its local header."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        info = packed.getinfo(name)
    true, told = info.file_size.to_bytes(4, "little"), size.to_bytes(4, "little")
    patched = bytearray(content)
    local = info.header_offset + 22
    assert patched[local : local + 4] == true
    patched[local : local + 4] = told
    entry = content.index(b"PK\x01\x02")
    while content[entry + 46 : entry + 46 + len(name)] != name.encode():
        entry = content.index(b"PK\x01\x02", entry + 4)
    patched[entry + 24 : entry + 28] = told
    return bytes(patched)
