"""The rows of a group task that are not sent, line by line; by reason they are `task.problems`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from messaging.models import GroupProblemBlock, GroupTask


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A line of the file, what stands there, and why it is not sent."""

    line: int
    value: str
    reason: str
    kind: str


def lines(task: GroupTask, *, kind: str = "", after: int = 0, limit: int = 50) -> list[ProblemLine]:
    """The next `limit` bad lines behind the line `after`, of one kind or of all."""
    return list(islice(_lines(task, kind, after), limit))


def all_lines(task: GroupTask) -> Iterator[ProblemLine]:
    """All bad lines in the order of the file, read block by block."""
    return _lines(task, "", 0)


def _lines(task: GroupTask, kind: str, after: int) -> Iterator[ProblemLine]:
    reasons = dict(task.problems.values_list("kind", "reason"))
    blocks = GroupProblemBlock.objects.filter(task=task, last_line__gt=after)
    if kind:
        blocks = blocks.filter(kinds__contains=[kind])
    for block in blocks.order_by("first_line", "id").iterator(chunk_size=20):
        for line, value, its_kind in zip(block.lines, block.values, block.kinds, strict=True):
            if line > after and kind in ("", its_kind):
                yield ProblemLine(line, value, reasons[its_kind], its_kind)
