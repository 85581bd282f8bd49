"""Recipient files as rows of cells, whatever their format; told apart by content, not by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

from . import text_file, workbook_file
from .text_file import HEAD_BYTES

if TYPE_CHECKING:
    from common.errors import Sentence

__all__ = ["HEAD_BYTES", "Reading", "format_of", "read"]

Row: TypeAlias = list[str]
"""The cells of a line, from column A on, as they stand in the file."""

_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")


@dataclass(frozen=True, slots=True)
class Reading:
    """A file being read.

    `rows` yields every line of it from the first one on, empty ones included; it may raise
    `Refusal` half-way. `share` tells how much of the file is read, 0 to 1. `spoiled` names lines
    that cannot be used whatever stands in them, and why: ``formula`` or ``merged``. `notes` say
    what of the file is not read at all.
    """

    rows: Iterator[Row]
    share: Callable[[], float]
    spoiled: Mapping[int, str] = field(default_factory=dict)
    notes: Sequence["Sentence"] = ()


def read(file: IO[bytes], *, tell: Callable[[float], None] = lambda share: None) -> Reading:
    """Begin to read a recipient file; `tell` is called with the share done meanwhile.

    Raises `Refusal` (field ``file``) when the file is not what it should be.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if format_of(head) == "xlsx":
        book = workbook_file.open_book(file, tell=tell)
        return Reading(book.rows(), book.share, book.spoiled, book.notes)
    reader = text_file.open_text(file)
    return Reading(reader.rows(), reader.share)


def format_of(head: bytes) -> str:
    """Name the format of a file by its first bytes; raises `Refusal` when nobody reads it."""
    if head.startswith(_WORKBOOK):
        return "xlsx"
    if head.startswith(_OLD_WORKBOOK):
        raise Refusal(
            "group_file_old_workbook",
            _(
                "This is a workbook of an old format (xls), or one with a password. Nothing of it "
                "was read. Save it as xlsx without a password, or as CSV UTF-8."
            ),
            field="file",
        )
    if head.startswith(_PROGRAMS):
        raise Refusal(
            "group_file_program",
            _(
                "This is a program, whatever its name says. Nothing of it was read. Upload a "
                "list of numbers as xlsx or csv."
            ),
            field="file",
        )
    text_file.refuse_unreadable(head)
    return "csv"


def largest(file_format: str) -> int:
    """The most bytes that a file of a format may have (spec console §9.2, row 5)."""
    limit: int = settings.SMS_GROUP_MAX_BYTES
    workbook: int = settings.SMS_GROUP_MAX_WORKBOOK_BYTES
    return min(limit, workbook) if file_format == "xlsx" else limit
