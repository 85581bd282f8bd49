"""The first messages of a group task as phones will show them."""

from dataclasses import dataclass
from itertools import islice

from common.placeholders import CompiledText
from common.text import signed
from messaging.models import GroupTask

from .blocks import good_rows
from .preconditions import version_to_send


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row with the text it becomes."""

    line: int
    recipient: str
    text: str
    parts: int


def first_rows(task: GroupTask, count: int = 3) -> list[PreviewRow]:
    """The first good rows of a checked task; none when its template is no longer approved."""
    if task.template.version is None:
        return []
    text = CompiledText.parse(version_to_send(task.template).content)
    rows = islice(good_rows(task, last=count), count)
    return [
        PreviewRow(
            row.line,
            row.recipient,
            signed(task.signature.name, text.render(row.values)),
            row.parts,
        )
        for row in rows
        if len(row.values) == text.variable_count
    ]
