"""Look into a workbook before it is parsed: what it unpacks to, and how far its cells reach."""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

MOST_UNPACKED_BYTES = 32 * 1024 * 1024
MOST_COLUMNS = 50
FARTHEST_ROW = 20_000
"""The parser reserves a table up to the last cell in use: one cell far away would fill memory."""

_BLOCK_BYTES = 256 * 1024
_WORKBOOK = "xl/workbook.xml"
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,7})([0-9]{1,10})["']""")


def check_workbook(data: bytes) -> None:
    """Refuse what is no .xlsx workbook, and one that is far larger than it looks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _WORKBOOK not in archive.namelist():
                raise not_a_workbook()
            _check_members(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise not_a_workbook() from error


def not_a_workbook() -> Refusal:
    return Refusal(
        "import_workbook",
        _("This file cannot be read as a workbook. Save it as .xlsx without a password."),
        field="file",
    )


def _check_members(archive: zipfile.ZipFile) -> None:
    left = MOST_UNPACKED_BYTES
    for member in archive.infolist():
        content = _unpacked(archive, member, left)
        left -= len(content)
        if member.filename.startswith("xl/worksheets/"):
            _check_cells(content)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    # What the directory of the archive says about sizes proves nothing; bytes are counted.
    content = bytearray()
    with archive.open(member) as file:
        while block := file.read(_BLOCK_BYTES):
            content += block
            if len(content) > most:
                raise _too_large()
    return bytes(content)


def _check_cells(sheet: bytes) -> None:
    for cell in _CELL.finditer(sheet):
        attributes = cell[1]
        reference = None if attributes.endswith(b"/") else _REFERENCE.search(attributes)
        if reference is None:
            continue
        column, row = reference[1].upper(), int(reference[2])
        if row > FARTHEST_ROW or _column_number(column) > MOST_COLUMNS:
            raise _too_large()


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large() -> Refusal:
    return Refusal(
        "import_extent",
        _(
            "The workbook holds more than a list of templates. Copy the rows into the sample "
            "and import that."
        ),
        field="file",
    )
