"""The parts of an xlsx file, unpacked with care: what a stranger uploads may unpack without end."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, TypeAlias
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

Handler: TypeAlias = Callable[[str, dict[str, str]], None]

_BLOCK_BYTES = 256 * 1024
_MEBIBYTE = 2**20
_LIMITS = {"xl/sharedStrings.xml": 256 * _MEBIBYTE, "xl/worksheets/": 400 * _MEBIBYTE}
"""The most bytes that a part may unpack to, by the beginning of its name."""
_OTHER_LIMIT = 16 * _MEBIBYTE
_ENTRIES = 10_000
_ENDLESS = 2**62
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_READ_ANYWAY = ("xl/sharedStrings.xml", "xl/styles.xml")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name in the workbook and the part it is stored in."""

    name: str
    part: str
    is_hidden: bool


class Package:
    """An xlsx file of which every part that is going to be read unpacks to a bearable size.

    Raises `Refusal` (field ``file``) for what is no workbook, is damaged, holds macros, or is made
    to fill up the memory.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise damaged() from error
        names = self._zip.namelist()
        if len(names) > _ENTRIES:
            raise _bomb()
        self._names = set(names)
        self._sizes = {info.filename: info.file_size for info in self._zip.infolist()}
        if _WORKBOOK not in self._names:
            raise Refusal(
                "group_file_no_workbook",
                _(
                    "This is no xlsx workbook but another kind of packed file. Nothing of it was "
                    "read. Save the list as xlsx or as CSV UTF-8."
                ),
                field="file",
            )
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refusal(
                "group_file_macros",
                _(
                    "The workbook holds macros. Nothing of it was read. Save it as a workbook "
                    "without macros (xlsx) and upload that."
                ),
                field="file",
            )
        for name in _READ_ANYWAY:
            for _block in self.blocks(name) if name in self._names else ():
                pass

    def sheets(self) -> list[SheetPart]:
        """The worksheets in the order of the workbook."""
        targets = {
            found["Id"]: found["Target"].removeprefix("/xl/").removeprefix("./")
            for found in self._elements(_RELATIONS, "Relationship")
            if found.get("Type", "").endswith("/worksheet")
        }
        found = []
        for sheet in self._elements(_WORKBOOK, "sheet"):
            relation = next((text for key, text in sheet.items() if key.endswith(":id")), "")
            part = f"xl/{targets.get(relation, '')}"
            if part in self._names:
                hidden = sheet.get("state", "visible") != "visible"
                found.append(SheetPart(sheet.get("name", ""), part, hidden))
        return found

    def size_of(self, name: str) -> int:
        """How many bytes a part unpacks to, by its own account."""
        return self._sizes[name]

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a part, block by block; `Refusal` as soon as it becomes too much."""
        limit = next(
            (limit for start, limit in _LIMITS.items() if name.startswith(start)), _OTHER_LIMIT
        )
        info = self._zip.getinfo(name)
        # The size that the package tells may be a lie: unpack until the end, whatever it says.
        info.file_size = _ENDLESS
        read = 0
        try:
            with self._zip.open(info) as part:
                while block := part.read(_BLOCK_BYTES):
                    read += len(block)
                    if read > limit:
                        raise _bomb()
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
            raise damaged() from error

    def _elements(self, part: str, name: str) -> list[dict[str, str]]:
        """The attributes of all elements of a name in a part."""
        found: list[dict[str, str]] = []

        def start(element: str, attributes: dict[str, str]) -> None:
            if element.rpartition(":")[2] == name:
                found.append(attributes)

        if part in self._names:
            parse(self.blocks(part), start)
        return found


def parse(blocks: Iterator[bytes], start: Handler) -> None:
    """Call `start` with name and attributes of every element; `Refusal` for what is no XML."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype  # entities can unpack without end, too
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error


def damaged() -> Refusal:
    return Refusal(
        "group_file_damaged",
        _(
            "The workbook is damaged and cannot be read. Nothing of it was taken. Open it in a "
            "spreadsheet program, save it anew and upload that."
        ),
        field="file",
    )


def _refuse_doctype(*_declaration: object) -> None:
    raise _bomb()


def _bomb() -> Refusal:
    return Refusal(
        "group_file_bomb",
        _(
            "The file is small but unpacks to more than any list of numbers needs. Nothing of it "
            "was read. Copy the numbers into a new workbook and upload that."
        ),
        field="file",
    )
