"""The engine that applies a table of rules to a draft. A rule is one entry of a table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from common.errors import Refusal

if TYPE_CHECKING:
    from common.errors import Sentence

Draft = TypeVar("Draft")

Span = tuple[int, int]
"""Where in the text a finding is: first character and the one after the last."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken; without a span it concerns the text as a whole."""

    span: Span | None = None
    params: dict[str, Any] = field(default_factory=dict)
    is_blocking: bool | None = None
    """Replaces the rule's own, for rules whose list decides word by word."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Draft]):
    """What is not allowed, how to say so, what to do about it, and how to find it.

    `message` and `remedy` may use `%(found)s`, the text at the span, and the hit's parameters.
    A rule that does not block is a note to the reviewer.
    """

    name: str
    hits: Callable[[Draft], Iterable[Hit]]
    message: "Sentence"
    remedy: "Sentence"
    is_blocking: bool = True
    types: frozenset[str] | None = None
    """The message types it applies to; None means all."""

    field: str = "content"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule, in words, with the place in the text."""

    rule: str
    message: str
    remedy: str
    span: Span | None
    field: str
    is_blocking: bool

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


def findings(rules: Sequence[Rule[Draft]], draft: Draft, *, type: str, text: str) -> list[Finding]:
    """Apply the rules of a message type to a draft, in the order of the table."""
    return [
        _finding(rule, hit, text)
        for rule in rules
        if rule.types is None or type in rule.types
        for hit in rule.hits(draft)
    ]


def refuse_blocking(found: Sequence[Finding]) -> None:
    """Raise one Refusal that names every blocking finding, once per rule and place."""
    blocking = [finding for finding in found if finding.is_blocking]
    if blocking:
        sentences = dict.fromkeys(str(finding) for finding in blocking)
        raise Refusal(blocking[0].rule, " ".join(sentences), field=blocking[0].field)


def _finding(rule: Rule[Any], hit: Hit, text: str) -> Finding:
    params = hit.params | ({"found": text[slice(*hit.span)]} if hit.span else {})
    return Finding(
        rule=rule.name,
        message=str(rule.message) % params,
        remedy=str(rule.remedy) % params,
        span=hit.span,
        field=rule.field,
        is_blocking=rule.is_blocking if hit.is_blocking is None else hit.is_blocking,
    )
