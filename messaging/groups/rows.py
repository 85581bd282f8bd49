"""The rows of a recipient file, checked chunk by chunk against numbers, variables and repeats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from common.numbers import MAINLAND_MOBILE
from common.placeholders import CompiledText
from common.text import count_parts, signed
from common.variables import Rule, all_fit

from .readers import Row

if TYPE_CHECKING:
    from common.errors import Sentence

_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]+")
_DIGIT = re.compile(r"[0-9]")

NUMBER_MISSING = _("The number is missing. Write it into column A.")
NUMBER_SCIENTIFIC = _(
    "The spreadsheet program has rounded this number. Format column A as text and enter the "
    "whole number again."
)
NUMBER_WRONG = _(
    "This is not a mainland mobile number. Write 11 digits such as 13800138000, with or "
    "without +86 in front."
)
VALUE_MISSING = _(
    "A value is missing. The template needs one for each of its variables, from column B on."
)
CELL_TOO_MANY = _(
    "There are more cells than the template has variables. Empty the cells behind the last one."
)
DUPLICATE = gettext_noop(
    "The same number with the same content stands further up. It is sent only once; "
    "nothing needs to be done."
)


class GoodRow(NamedTuple):
    line: int
    recipient: str
    values: list[str] | None
    parts: int


class Problem(NamedTuple):
    line: int
    value: str
    reason: "Sentence"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one chunk; empty rows and the header count nowhere."""

    good: list[GoodRow]
    problems: list[Problem]
    """Bad rows and repeated ones, in the order of the file."""

    duplicates: int

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.problems)


class RowCheck:
    """Checks the rows of one file: column A a number, from column B on the variables in order.

    Remembers what it has seen, so that of rows with the same number and content the first counts.
    """

    def __init__(self, *, text: CompiledText, rules: Sequence[Rule], signature: str) -> None:
        self._text = text
        self._rules = rules
        self._signature = signature
        self._shared_parts = None if rules else self._count_parts([])
        self._seen: set[int | bytes] = set()
        self._is_first = True

    def check(self, chunk: Sequence[Row]) -> Checked:
        """Sort the rows of the next chunk into good ones and problems."""
        rows = [(line, _without_empty_end(cells)) for line, cells in chunk if any(cells)]
        rows = self._without_header(rows)
        numbers = [MAINLAND_MOBILE.fullmatch(cells[0]) for _line, cells in rows]
        fitting = all_fit(self._rules, [cells[1:] for _line, cells in rows])
        good: list[GoodRow] = []
        problems: list[Problem] = []
        duplicates = 0
        for (line, cells), number, fits in zip(rows, numbers, fitting, strict=True):
            if number is None:
                problems.append(Problem(line, cells[0], _objection_to_number(cells[0])))
            elif not fits:
                problems.append(self._problem_of_values(line, cells[1:]))
            elif self._is_repeated(number[1], cells[1:]):
                problems.append(Problem(line, cells[0], DUPLICATE))
                duplicates += 1
            else:
                good.append(self._good(line, "+86" + number[1], cells[1:]))
        return Checked(good, problems, duplicates)

    def _without_header(self, rows: list[Row]) -> list[Row]:
        if not rows or not self._is_first:
            return rows
        self._is_first = False
        first_cell = rows[0][1][0]
        is_header = bool(first_cell) and not _DIGIT.search(first_cell)
        return rows[1:] if is_header else rows

    def _good(self, line: int, recipient: str, values: list[str]) -> GoodRow:
        if self._shared_parts is not None:
            return GoodRow(line, recipient, None, self._shared_parts)
        return GoodRow(line, recipient, values, self._count_parts(values))

    def _count_parts(self, values: list[str]) -> int:
        return count_parts(signed(self._signature, self._text.render(values)))

    def _is_repeated(self, number: str, values: list[str]) -> bool:
        # A digest keeps a million rows of long texts within some 100 MB of memory.
        key = blake2b("\0".join([number, *values]).encode(), digest_size=16).digest()
        before = len(self._seen)
        self._seen.add(key if values else int(number))
        return len(self._seen) == before

    def _problem_of_values(self, line: int, values: list[str]) -> Problem:
        if len(values) > len(self._rules):
            return Problem(line, _at(len(self._rules), values), CELL_TOO_MANY)
        for position, (rule, value) in enumerate(zip(self._rules, values, strict=False)):
            objection = VALUE_MISSING if not value else rule.objection(value)
            if objection is not None:
                return Problem(line, _at(position, values), objection)
        return Problem(line, _column(len(values)), VALUE_MISSING)


def _without_empty_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while not cells[end - 1]:
        end -= 1
    return cells[:end]


def _objection_to_number(number: str) -> "Sentence":
    if not number:
        return NUMBER_MISSING
    return NUMBER_SCIENTIFIC if _SCIENTIFIC.fullmatch(number) else NUMBER_WRONG


def _at(position: int, values: list[str]) -> str:
    """A value with its column, for example ``C: 2024.5.1``."""
    return f"{_column(position)}: {values[position]}"


def _column(position: int) -> str:
    """The column of the variable at `position`, as spreadsheet programs call it."""
    return chr(ord("B") + position) if position < 25 else f"#{position + 2}"
