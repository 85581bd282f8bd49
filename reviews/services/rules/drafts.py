"""A template text taken apart, as the rules look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from common.placeholders import CompiledText
from reviews.services.rules.engine import Span


@dataclass(frozen=True, slots=True)
class Variable:
    """A placeholder of the text: its name without `${}` and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True)
class TemplateDraft:
    """What an applicant wrote; `signature_name` is empty for a universal template."""

    type: str
    content: str
    attributes: Sequence[Mapping[str, str]]
    signature_name: str = ""

    @cached_property
    def compiled(self) -> CompiledText:
        return CompiledText.parse(self.content)

    @cached_property
    def variables(self) -> list[Variable]:
        """The placeholders in order of appearance."""
        found, position = [], 0
        for segment, name in zip(self.compiled.segments, self.compiled.names, strict=False):
            start = position + len(segment)
            position = start + len("${}") + len(name)
            found.append(Variable(name, (start, position)))
        return found

    @property
    def fixed_text(self) -> str:
        return "".join(self.compiled.segments)
