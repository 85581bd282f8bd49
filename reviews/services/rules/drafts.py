"""A signature name or a template text taken apart, as the rules look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from common.placeholders import CompiledText
from reviews.services.rules.engine import Span
from reviews.services.rules.wording import Wording, current

_WIDE = "０１２３４５６７８９．／＋－＠\u3000"
_NARROW = "0123456789./+-@ "
_LETTERS = range(ord("Ａ"), ord("Ｚ") + 1), range(ord("ａ"), ord("ｚ") + 1)
# Punctuation keeps its width: a wide comma ends a link, a narrow one may be part of it.
_HALF_WIDTH = str.maketrans(_WIDE, _NARROW) | {
    code: code - ord("Ａ") + ord("A") for letters in _LETTERS for code in letters
}
_MASK = "\0"


@dataclass(frozen=True, slots=True)
class SignatureDraft:
    """The name an applicant chose; `is_taken` when another signature of theirs has it."""

    type: str
    name: str
    is_taken: bool = False
    wording: Wording = field(default_factory=current)


@dataclass(frozen=True, slots=True)
class Variable:
    """A placeholder of the text: its name without `${}` and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True)
class TemplateDraft:
    """What an applicant wrote; `signature_name` is empty for a universal template.

    `twins` are the names of other templates that have the same text.
    """

    type: str
    content: str
    attributes: Sequence[Mapping[str, Any]]
    signature_name: str = ""
    twins: Sequence[str] = ()
    wording: Wording = field(default_factory=current)

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

    @cached_property
    def plain(self) -> str:
        """The text in half-width forms and with its placeholders blotted out, as long as before.

        So a rule reads neither `${TEXT}` as a word nor two words as one over a placeholder.
        """
        text = self.content.translate(_HALF_WIDTH)
        for variable in self.variables:
            start, end = variable.span
            text = text[:start] + _MASK * (end - start) + text[end:]
        return text

    def before(self, index: int) -> str:
        """The fixed text in front of a variable, in half-width forms."""
        return self.compiled.segments[index].translate(_HALF_WIDTH)

    def after(self, index: int) -> str:
        """The fixed text behind a variable, in half-width forms."""
        return self.compiled.segments[index + 1].translate(_HALF_WIDTH)

    def attribute(self, index: int) -> str:
        """The attribute given to a variable; empty when the list is too short."""
        if index >= len(self.attributes):
            return ""
        return str(self.attributes[index].get("attribute", ""))
