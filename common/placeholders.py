"""Template texts with placeholders, compiled once and filled many times."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class CompiledText:
    """A template text taken apart: what is fixed, and the names of what is not.

    The value at a position fills the placeholder at that position; the name inside `${}` has
    no effect on that (data-plane.md §8.2). There is always one segment more than names.
    """

    segments: tuple[str, ...]
    names: tuple[str, ...]
    _format: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        escaped = (segment.replace("%", "%%") for segment in self.segments)
        object.__setattr__(self, "_format", "%s".join(escaped))

    @classmethod
    def parse(cls, content: str) -> Self:
        """Find the placeholders `${name}` (letters, digits, `_`); all other text is fixed."""
        pieces = _PLACEHOLDER.split(content)
        return cls(segments=tuple(pieces[::2]), names=tuple(pieces[1::2]))

    @property
    def variable_count(self) -> int:
        """How many values `render` takes."""
        return len(self.names)

    def render(self, values: Sequence[str]) -> str:
        """Fill the placeholders by position; raises ValueError when the count is wrong.

        Values are taken literally: a `${1}` inside a value stays as it is.
        """
        if len(values) != len(self.names):
            raise ValueError(f"{len(self.names)} values expected, {len(values)} given")
        return self._format % tuple(values)
