"""How long a message of a template can become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from common.placeholders import CompiledText
from common.text import count_characters, count_parts, signed
from common.variables import is_attribute, longest_value
from reviews.models.kinds import MessageType

_FILLING = "字"


@dataclass(frozen=True, slots=True)
class Figures:
    """The length of a message in characters, and the parts it is cut into."""

    characters: int
    parts: int


def largest_figures(
    content: str,
    attributes: Sequence[Mapping[str, Any]],
    signature_name: str,
    *,
    type: str = "",
) -> Figures:
    """Count the longest message of a template: its word count and split count (console.md §8.4).

    That is signature, brackets, fixed text, and every variable at its greatest length; parts are
    cut by ruling 26. Without a signature the longest possible one counts, for a universal
    template may meet it. A variable with no known attribute counts as its placeholder is written.
    """
    compiled = CompiledText.parse(content)
    given = [str(attribute.get("attribute", "")) for attribute in attributes]
    given += [""] * (compiled.variable_count - len(given))
    values = [
        _FILLING * _longest(attribute, name, type)
        for name, attribute in zip(compiled.names, given, strict=False)
    ]
    name = signature_name or _FILLING * settings.SMS_SIGNATURE_LENGTH[1]
    text = signed(name, compiled.render(values))
    return Figures(count_characters(text), count_parts(text))


def _longest(attribute: str, name: str, type: str) -> int:
    if not is_attribute(attribute):
        return len(f"${{{name}}}")
    longest = longest_value(attribute)
    return min(longest, settings.SMS_CODE_LENGTH) if type == MessageType.VERIFICATION else longest
