"""Comma-separated files in UTF-8, with or without byte order mark, or in GB18030."""

import codecs
import csv
import io
import os
import re
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

HEAD_BYTES = 64 * 1024
_BLOCK_BYTES = 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_MIXED_SHARE = 0.02
"""GB18030 text is taken for UTF-8 by chance in fewer of its lines than this."""

# A character of three bytes, as all Chinese ones are in UTF-8.
_CHINESE_UTF8 = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf]{2}")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")

csv.field_size_limit(1024 * 1024)


class TextFile:
    """A csv file whose encoding is known."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self._size = file.seek(0, os.SEEK_END) or 1

    def share(self) -> float:
        return min(1.0, self._file.tell() / self._size)

    def rows(self) -> Iterator[list[str]]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding, newline="")
        lines = csv.reader(text, strict=True)
        line = 0
        try:
            for line, cells in enumerate(lines, 1):  # noqa: B007  (told when it ends badly)
                yield cells
        except csv.Error as error:
            raise Refusal(
                "group_file_quotes",
                _(
                    "The file cannot be read after line %(line)d: a quotation mark is not closed "
                    "or stands inside a cell. Put cells that hold one into quotation marks and "
                    "double it."
                ),
                field="file",
                params={"line": line},
            ) from error
        finally:
            if not self._file.closed:
                text.detach()


def open_text(file: IO[bytes]) -> TextFile:
    """Find the encoding in which the whole file is valid; `Refusal` when there is none."""
    for encoding in _ENCODINGS:
        if _is_valid(file, encoding):
            if encoding != _ENCODINGS[0]:
                file.seek(0)
                _refuse_mixed(file)
            return TextFile(file, encoding)
    file.seek(0)
    _refuse_mixed(file)
    raise _unknown_encoding()


def refuse_unreadable(head: bytes) -> None:
    """Raise `Refusal` when the first bytes of a file are not text."""
    if b"\0" in head:
        raise _not_text()
    if not any(_decodes(head, encoding) for encoding in _ENCODINGS):
        _refuse_mixed(head.splitlines(keepends=True))
        raise _unknown_encoding()


def _is_valid(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(_BLOCK_BYTES):
            if b"\0" in block:
                raise _not_text()
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_mixed(lines: Iterable[bytes]) -> None:
    """Raise `Refusal` when some lines are UTF-8 and others are not, as after joining files."""
    utf8 = other = first_utf8 = first_other = 0
    for line, text in enumerate(lines, 1):
        if not _NOT_ASCII.search(text):
            continue
        if _decodes(text, "utf-8") and _CHINESE_UTF8.search(text):
            utf8 += 1
            first_utf8 = first_utf8 or line
        else:
            other += 1
            first_other = first_other or line
    if utf8 and other and utf8 > _MIXED_SHARE * (utf8 + other):
        raise Refusal(
            "group_file_mixed",
            _(
                "The file mixes two encodings: line %(utf8)d is UTF-8, line %(other)d is not. "
                "Nothing of it was read, as wrong characters would be sent. Save each part as CSV "
                "UTF-8 before you join them."
            ),
            field="file",
            params={"utf8": first_utf8, "other": first_other},
        )


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _not_text() -> Refusal:
    return Refusal(
        "group_file_binary",
        _(
            "This is neither a workbook nor a text file. Nothing of it was read. Save the list as "
            "xlsx or as CSV UTF-8 and upload it again."
        ),
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
