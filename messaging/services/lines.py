"""Imports of one entry in a line: whatever is wrong is told line by line, and nothing is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

LONGEST_SHOWN = 32


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line of an import that cannot be taken, and why."""

    place: int
    text: str
    reason: str


class WrongLines(Refusal):
    """An import with wrong lines; nothing of it was stored."""

    def __init__(self, lines: Sequence[WrongLine], field: str = "lines") -> None:
        super().__init__(
            "lines_wrong",
            _("Wrong lines: %(count)s. They are listed here, and nothing was stored."),
            field=field,
            params={"count": len(lines)},
        )
        self.lines = lines


def written_lines(lines: Iterable[str]) -> list[tuple[int, str]]:
    """The lines that are not empty, each with its place, from 1 on."""
    return [(place, line.strip()) for place, line in enumerate(lines, 1) if line.strip()]


def wrong(place: int, line: str, reason: str) -> WrongLine:
    """A wrong line, shown as far as it is needed to find it."""
    return WrongLine(place, line[:LONGEST_SHOWN], reason)
