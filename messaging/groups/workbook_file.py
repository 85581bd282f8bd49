"""Workbooks (xlsx): looked through once for what cannot be sent, then read by calamine."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from string import digits
from typing import IO, TYPE_CHECKING, Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.sentences import worded

from .package import Package, SheetPart, damaged, parse

if TYPE_CHECKING:
    from common.errors import Sentence

MOST_CELLS = 8_000_000
"""Rows times columns: calamine holds them all at once, at some 30 bytes each."""
_EXACT = 10**15
"""From here on the numbers of spreadsheet programs lose their last digits."""
_LOOKED_THROUGH = 0.5
"""The share of the work after which the rows begin to come."""

_HIDDEN_SHEET = _("The sheet “{name}” is hidden and was not read.")
_OTHER_SHEET = _("The sheet “{name}” was not read: only the first sheet with numbers is.")


class _Sight:
    """What a look through a sheet finds: how far it reaches, and lines that cannot be used."""

    def __init__(self) -> None:
        self.line = self.columns = 0
        self.spoiled: dict[int, str] = {}
        self._column = 0
        self._numbers: dict[str, int] = {}
        self._handlers = {
            "row": self._row,
            "c": self._cell,
            "f": self._formula,
            "mergeCell": self._merged,
        }

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element; a prefix of its name means nothing."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in self._handlers:
            self._handlers[name](attributes)

    def _row(self, attributes: dict[str, str]) -> None:
        self.line = int(attributes.get("r") or self.line + 1)
        self._column = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip(digits)
        number = self._numbers.get(letters)
        if number is None:
            number = self._numbers[letters] = _column_number(letters)
        self._column = number or self._column + 1
        if self._column > self.columns:
            self.columns = self._column

    def _formula(self, _attributes: dict[str, str]) -> None:
        self.spoiled[self.line] = "formula"

    def _merged(self, attributes: dict[str, str]) -> None:
        for line in _lines_of(attributes.get("ref", "")):
            self.spoiled[line] = "merged"


class Book:
    """A workbook of which one sheet is read."""

    def __init__(self, sheet: Any, sight: _Sight, notes: "list[Sentence]") -> None:
        self._sheet = sheet
        self._line = 0
        self.spoiled = sight.spoiled
        self.notes = notes

    def share(self) -> float:
        rest: float = self._line / max(1, self._sheet.total_height)
        return _LOOKED_THROUGH + (1 - _LOOKED_THROUGH) * min(1.0, rest)

    def rows(self) -> Iterator[list[str]]:
        for cells in self._sheet.iter_rows():
            self._line += 1
            yield [cell if type(cell) is str else _written(cell) for cell in cells]


def open_book(file: IO[bytes], *, tell: Callable[[float], None]) -> Book:
    """Read the first visible sheet that holds anything; `Refusal` (field ``file``) if none does."""
    package = Package(file)
    chosen, notes = _choose(package)
    sight = _look_through(package, chosen, tell)
    if sight.line * sight.columns > MOST_CELLS:
        raise Refusal(
            "group_file_cells",
            _(
                "The sheet “%(sheet)s” reaches to row %(rows)d and column %(columns)d: more than "
                "can be read at a time. Nothing of it was read. Remove what stands outside the "
                "list, or split it into several files."
            ),
            field="file",
            params={"sheet": chosen.name, "rows": sight.line, "columns": sight.columns},
        )
    file.seek(0)
    try:
        sheet = python_calamine.load_workbook(file).get_sheet_by_name(chosen.name)
    except python_calamine.CalamineError as error:
        raise damaged() from error
    return Book(sheet, sight, notes)


def _choose(package: Package) -> "tuple[SheetPart, list[Sentence]]":
    """The sheet to read, and a sentence for every other one that holds anything."""
    sheets = [sheet for sheet in package.sheets() if _holds_anything(package, sheet)]
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    if not visible:
        raise Refusal(
            "group_file_no_sheet",
            _(
                "No visible sheet of the workbook holds anything. Write the numbers into column A "
                "of a sheet, one in each row."
            ),
            field="file",
        )
    notes: list[Sentence] = [
        worded(_HIDDEN_SHEET if sheet.is_hidden else _OTHER_SHEET, name=sheet.name)
        for sheet in sheets
        if sheet is not visible[0]
    ]
    return visible[0], notes


def _holds_anything(package: Package, sheet: SheetPart) -> bool:
    tail = b""
    for block in package.blocks(sheet.part):
        found = tail + block
        if b"<v>" in found or b"<v " in found or b":v>" in found or b"<is>" in found:
            return True
        tail = found[-4:]
    return False


def _look_through(package: Package, sheet: SheetPart, tell: Callable[[float], None]) -> _Sight:
    """Find how far a sheet reaches, its formulas and its merged cells."""
    whole = package.size_of(sheet.part) or 1

    def blocks() -> Iterator[bytes]:
        done = 0
        for block in package.blocks(sheet.part):
            done += len(block)
            tell(_LOOKED_THROUGH * min(1.0, done / whole))
            yield block

    sight = _Sight()
    try:
        parse(blocks(), sight.element)
    except ValueError as error:  # a line that is no number
        raise damaged() from error
    return sight


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _lines_of(reference: str) -> range:
    """The lines of merged cells such as ``A8:B9``, as far as anything can stand in them."""
    first, _colon, last = reference.partition(":")
    lines = ["".join(filter(str.isdigit, corner)) for corner in (first, last or first)]
    if not all(lines):
        return range(0)
    return range(int(lines[0]), min(int(lines[1]), int(lines[0]) + 1_000_000) + 1)


def _written(cell: Any) -> str:
    """A cell as a person reads it; whole numbers with all their digits."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M:%S}" if cell.second else f"{cell:%H:%M}"
    return str(cell)
