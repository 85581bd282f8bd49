"""The good rows of a group task, read from their blocks."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from messaging.models import GroupBlock, GroupTask

from .store import BLOCK_ROWS


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be sent; `values` is empty when the template has no variables."""

    position: int
    line: int
    recipient: str
    values: Sequence[str]
    parts: int


def good_rows(task: GroupTask, *, first: int = 1, last: int | None = None) -> Iterator[GoodRow]:
    """The rows of a task at the positions `first` to `last`, read block by block."""
    blocks = GroupBlock.objects.filter(task=task, first__gt=first - BLOCK_ROWS)
    if last is not None:
        blocks = blocks.filter(first__lte=last)
    for block in blocks.order_by("first").iterator(chunk_size=20):
        for offset, recipient in enumerate(block.recipients):
            position = block.first + offset
            if position < first:
                continue
            if last is not None and position > last:
                return
            values: Any = block.variables[offset] if block.variables else ()
            yield GoodRow(position, block.lines[offset], recipient, values, block.parts[offset])


_COLUMNS = """
SELECT recipients, variables, parts, first FROM messaging_groupblock
WHERE task_id = %(task)s AND first > %(first)s - %(size)s AND first <= %(last)s ORDER BY first
"""


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows column by column; `variables` is None when the template has none."""

    recipients: list[str]
    variables: list[list[str]] | None
    parts: list[int]


def columns(cursor: Any, *, task_id: int, first: int, last: int) -> Columns:
    """The rows at positions `first` to `last` as they are accepted: one statement."""
    parameters = {"task": task_id, "first": first, "last": last, "size": BLOCK_ROWS}
    cursor.execute(_COLUMNS, parameters)
    recipients: list[str] = []
    variables: list[list[str]] = []
    parts: list[int] = []
    for numbers, values, counts, start in cursor.fetchall():
        part = slice(max(0, first - start), last - start + 1)
        recipients += numbers[part]
        parts += counts[part]
        if values is not None:
            variables += (json.loads(values) if isinstance(values, str) else values)[part]
    return Columns(recipients, variables or None, parts)
