"""The rows of a recipient file, checked chunk by chunk against numbers, variables and repeats."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import call
from typing import Any

from common.numbers import MAINLAND_MOBILE
from common.placeholders import CompiledText
from common.text import SINGLE_PART_UNITS, count_parts, signed
from common.variables import Rule

from .readers import Row
from .reasons import Problem, Reason, value_reason

_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]+")
_DIGIT = re.compile(r"[0-9]")
_SURELY_SHORT = SINGLE_PART_UNITS // 2
"""Characters that fit into one part, whatever they are."""


@dataclass(slots=True)
class Good:
    """Good rows, column by column; `values` is empty when the template has no variables."""

    lines: list[int] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    values: list[list[str]] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, wanted: Sequence[bool]) -> None:
        """Leave out the rows that are not wanted."""
        columns: tuple[list[Any], ...] = (self.lines, self.recipients, self.values, self.parts)
        for column in columns:
            if column:
                column[:] = [one for one, stays in zip(column, wanted, strict=True) if stays]


@dataclass(slots=True)
class Checked:
    """What became of one chunk; empty rows and the header count nowhere."""

    good: Good
    problems: list[Problem]
    """Bad rows and repeated ones, in the order of the file."""

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.problems)


class RowCheck:
    """Checks the rows of one file: column A a number, from column B on the variables in order.

    Remembers what it has seen, so that of rows with the same number and content the first counts.
    `spoiled` names lines that are bad whatever stands in them (readers.Reading).
    """

    def __init__(
        self,
        *,
        text: CompiledText,
        rules: Sequence[Rule],
        signature: str,
        spoiled: Mapping[int, str] | None = None,
    ) -> None:
        self._text = text
        self._rules = rules
        self._signature = signature
        self._spoiled = spoiled or {}
        self._fixed = len(signed(signature, "".join(text.segments)))
        self._seen: set[int] = set()
        self._is_first = True

    def check(self, chunk: Sequence[Row], *, first_line: int) -> Checked:
        """Sort the rows of the next chunk into good ones and problems."""
        good, problems = Good(), []
        lines = enumerate(chunk, first_line)
        is_mobile, seen, spoiled = MAINLAND_MOBILE.fullmatch, self._seen, self._spoiled
        fits = [rule.pattern.fullmatch for rule in self._rules]
        for line, row in self._below_header(lines):
            # This loop runs a million times: what is wrong with a row is found out elsewhere.
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            number, *values = cells
            found = is_mobile(number)
            if found is None or len(values) != len(fits) or line in spoiled:
                problems.append(self._problem_of(line, number, values))
                continue
            if not all(map(call, fits, values)):
                problems.append(self._problem_of(line, number, values))
                continue
            # The hash of 64 bits stands for the content: a million rows keep within 100 MB.
            before = len(seen)
            seen.add(hash((found[1], *values)))
            if len(seen) == before:
                problems.append(Problem(line, number, Reason.of("duplicate")))
                continue
            good.lines.append(line)
            good.recipients.append("+86" + found[1])
            good.parts.append(self._count_parts(values))
            if values:
                good.values.append(values)
        return Checked(good, problems)

    def _below_header(self, lines: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        """The lines without the first one that is not empty, where that is a header."""
        if not self._is_first:
            return lines
        for line, row in lines:
            if any(cell.strip() for cell in row):
                self._is_first = False
                first_cell = row[0].strip()
                is_header = bool(first_cell) and not _DIGIT.search(first_cell)
                return lines if is_header else chain([(line, row)], lines)
        return lines

    def _count_parts(self, values: list[str]) -> int:
        if self._fixed + sum(map(len, values)) <= _SURELY_SHORT:
            return 1
        return count_parts(signed(self._signature, self._text.render(values)))

    def _problem_of(self, line: int, number: str, values: list[str]) -> Problem:
        if line in self._spoiled:
            return Problem(line, number, Reason.of(self._spoiled[line]))
        if MAINLAND_MOBILE.fullmatch(number) is None:
            return Problem(line, number, _objection_to_number(number))
        return self._problem_of_values(line, values)

    def _problem_of_values(self, line: int, values: list[str]) -> Problem:
        if len(values) > len(self._rules):
            extra = len(self._rules)
            return Problem(line, _at(extra, values), Reason.of("cells_too_many"))
        for position, (rule, value) in enumerate(zip(self._rules, values, strict=False)):
            objection = None if not value else rule.objection(value)
            if not value or objection is not None:
                reason = value_reason(_column(position), objection)
                return Problem(line, _at(position, values), reason)
        column = _column(len(values))
        return Problem(line, column, value_reason(column, None))


def _objection_to_number(number: str) -> Reason:
    if not number:
        return Reason.of("number_missing")
    is_rounded = _SCIENTIFIC.fullmatch(number)
    return Reason.of("number_scientific" if is_rounded else "number_wrong")


def _at(position: int, values: list[str]) -> str:
    """A value with its column, for example ``C: 2024.5.1``."""
    return f"{_column(position)}: {values[position]}"


def _column(position: int) -> str:
    """The column of the variable at `position`, as spreadsheet programs call it."""
    return chr(ord("B") + position) if position < 25 else f"#{position + 2}"
