"""Checked rows on their way into the database, by COPY."""

import json
from collections.abc import Sequence

from django.db import connection

from .rows import GoodRow, Problem

_COPY_ROWS = (
    "COPY messaging_grouprow (task_id, position, line, recipient, variables, parts) FROM STDIN"
)
_COPY_PROBLEMS = "COPY messaging_groupproblem (task_id, line, value, reason) FROM STDIN"
_VALUE_LENGTH = 64
_REASON_LENGTH = 255


def write_rows(task_id: int, rows: Sequence[GoodRow], *, first_position: int) -> None:
    """Write good rows at the positions from `first_position` on, without gaps."""
    lines = [
        f"{task_id}\t{position}\t{row.line}\t{row.recipient}\t{_json(row.values)}\t{row.parts}\n"
        for position, row in enumerate(rows, first_position)
    ]
    with connection.cursor() as cursor, cursor.copy(_COPY_ROWS) as copy:
        copy.write("".join(lines))


def write_problems(task_id: int, problems: Sequence[Problem]) -> None:
    """Write problems, worded in the language that is active now."""
    if not problems:
        return
    with connection.cursor() as cursor, cursor.copy(_COPY_PROBLEMS) as copy:
        for problem in problems:
            value = problem.value[:_VALUE_LENGTH]
            copy.write_row((task_id, problem.line, value, str(problem.reason)[:_REASON_LENGTH]))


def _json(values: list[str] | None) -> str:
    """Values as JSON in COPY's text format, which wants its backslashes doubled."""
    return r"\N" if values is None else json.dumps(values).replace("\\", "\\\\")
