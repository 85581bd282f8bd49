"""Recipient files as rows of cells, whatever their format; told apart by content, not by name."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import IO, TypeAlias

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

Row: TypeAlias = tuple[int, list[str]]
"""The line as a spreadsheet program counts it, from 1, and the cells without outer blanks."""

Reader: TypeAlias = Callable[[IO[bytes]], Iterator[Row]]

HEAD_BYTES = 64 * 1024
_BLOCK_BYTES = 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_WORKBOOK_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read(file: IO[bytes]) -> Iterator[Row]:
    """Yield the rows of a recipient file, empty ones included.

    Raises `Refusal` (field ``file``), possibly half-way, when the file is not what it should be.
    """
    return READERS[format_of(_head(file))](file)


def format_of(head: bytes) -> str:
    """Name the format of a file by its first bytes; raises `Refusal` when nobody reads it."""
    if head.startswith(_WORKBOOK_MAGIC):
        raise Refusal(
            "group_file_workbook",
            _("This is a workbook. Save it as CSV UTF-8 and upload the csv file."),
            field="file",
        )
    if b"\0" in head:
        raise _not_text()
    if not any(_decodes(head, encoding) for encoding in _ENCODINGS):
        raise _unknown_encoding()
    return "csv"


def read_csv(file: IO[bytes]) -> Iterator[Row]:
    """Yield the rows of a comma-separated file in UTF-8, with or without BOM, or in GB18030."""
    encoding = _encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    line = 0
    try:
        for line, cells in enumerate(csv.reader(text, strict=True), 1):
            yield line, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refusal(
            "group_file_quotes",
            _(
                "The file cannot be read after line %(line)d: a quotation mark is not closed or "
                "stands inside a cell. Put cells that hold one into quotation marks and double it."
            ),
            field="file",
            params={"line": line},
        ) from error
    finally:
        text.detach()


READERS: dict[str, Reader] = {"csv": read_csv}


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(HEAD_BYTES)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _encoding_of(file: IO[bytes]) -> str:
    """The encoding in which the whole file is valid: one pass over the bytes for each guess."""
    for encoding in _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while block := file.read(_BLOCK_BYTES):
                if b"\0" in block:
                    raise _not_text()
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise _unknown_encoding()


def _not_text() -> Refusal:
    return Refusal(
        "group_file_binary",
        _("This is not a text file. Save the list as CSV UTF-8 and upload the csv file."),
        field="file",
    )


def _unknown_encoding() -> Refusal:
    return Refusal(
        "group_file_encoding",
        _(
            "The characters of this file can be read neither as UTF-8 nor as GB18030. "
            "Save the list as CSV UTF-8 and upload it again."
        ),
        field="file",
    )
