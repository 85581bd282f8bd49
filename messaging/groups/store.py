"""Checked rows on their way into the database: in blocks, by COPY (docs/decisions/0009)."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from messaging.models import GroupProblem

from .reasons import Problem
from .rows import Good

BLOCK_ROWS = 500

_COPY_BLOCKS = (
    "COPY messaging_groupblock (task_id, first, lines, recipients, variables, parts) FROM STDIN"
)
_COPY_PROBLEMS = (
    "COPY messaging_groupproblemblock (task_id, first_line, last_line, lines, values, kinds) "
    "FROM STDIN"
)
_PROBLEM_TYPES = ("int8", "int4", "int4", "int4[]", "text[]", "text[]")
_VALUE_LENGTH = 64


class RowStore:
    """Writes the good rows of a task at positions from 1 on, without gaps; `flush` at the end."""

    def __init__(self, task_id: int) -> None:
        self._task_id = task_id
        self._first = 1
        self._rest = Good()

    def write(self, good: Good) -> None:
        rest = self._rest
        for column, more in zip(_columns(rest), _columns(good), strict=True):
            column.extend(more)
        self._write(len(rest) - len(rest) % BLOCK_ROWS)

    def flush(self) -> None:
        self._write(len(self._rest))

    def _write(self, count: int) -> None:
        """Write the first `count` rows, and keep the others for later."""
        if not count:
            return
        rest = self._rest
        with connection.cursor() as cursor, cursor.copy(_COPY_BLOCKS) as copy:
            for start in range(0, count, BLOCK_ROWS):
                copy.write(self._line(start, min(start + BLOCK_ROWS, count)))
        for column in _columns(rest):
            del column[:count]
        self._first += count

    def _line(self, start: int, end: int) -> str:
        """A block in COPY's text format; numbers of phones need no quotes in an array."""
        rest = self._rest
        lines = ",".join(map(str, rest.lines[start:end]))
        recipients = ",".join(rest.recipients[start:end])
        parts = ",".join(map(str, rest.parts[start:end]))
        values = _json(rest.values[start:end]) if rest.values else r"\N"
        first = self._first + start
        return f"{self._task_id}\t{first}\t{{{lines}}}\t{{{recipients}}}\t{values}\t{{{parts}}}\n"


class ProblemStore:
    """Writes the problems of a task, and counts them by reason; `flush` at the end."""

    def __init__(self, task_id: int) -> None:
        self._task_id = task_id
        self._by_kind: dict[str, GroupProblem] = {}

    def write(self, problems: Sequence[Problem]) -> None:
        """Write problems in the order of the file."""
        if not problems:
            return
        for problem in problems:
            self._count(problem)
        with connection.cursor() as cursor, cursor.copy(_COPY_PROBLEMS) as copy:
            copy.set_types(_PROBLEM_TYPES)
            for start in range(0, len(problems), BLOCK_ROWS):
                block = problems[start : start + BLOCK_ROWS]
                lines = [problem.line for problem in block]
                values = [problem.value[:_VALUE_LENGTH] for problem in block]
                kinds = [problem.reason.kind for problem in block]
                copy.write_row((self._task_id, lines[0], lines[-1], lines, values, kinds))

    def flush(self) -> None:
        GroupProblem.objects.bulk_create(self._by_kind.values())

    def count(self, category: GroupProblem.Category) -> int:
        """How many rows have a problem of a category."""
        kinds = self._by_kind.values()
        return sum(found.count for found in kinds if found.category == category)

    def _count(self, problem: Problem) -> None:
        reason = problem.reason
        found = self._by_kind.get(reason.kind)
        if found is None:
            found = self._by_kind[reason.kind] = GroupProblem(
                task_id=self._task_id,
                category=reason.category,
                kind=reason.kind,
                reason=reason.sentence,
                count=0,
                first_line=problem.line,
                first_value=problem.value[:_VALUE_LENGTH],
            )
        found.count += 1


def _columns(good: Good) -> tuple[list[Any], ...]:
    return good.lines, good.recipients, good.values, good.parts


def _json(values: list[list[str]]) -> str:
    """Values as JSON in COPY's text format, which wants its backslashes doubled."""
    return json.dumps(values, ensure_ascii=False).replace("\\", "\\\\")
