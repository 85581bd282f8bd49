"""Forbidden words in the values of variables: what the review of a template cannot see.

The words are those that operations keep for the checks of texts (`reviews.ListedWord`): forbidden
topics that block, by type of message. The approved text itself is not searched again.
"""

from collections.abc import Iterable, Iterator, Sequence

from reviews.models import ListedWord
from reviews.services.rules import wording
from reviews.services.rules.wording import FoundWord, Wording

BLOCKED = "SC:0006"
"""The status of a message whose values hold a forbidden word."""

_BETWEEN = "\x00"
"""Stands in no value, and no listed word goes across it."""


def found_in(values: Iterable[str], type: str) -> list[FoundWord]:
    """The forbidden words in the values of one message."""
    return list(_forbidden(wording.current(), _BETWEEN.join(values), type))


def block(
    *,
    type: str,
    recipients: Sequence[str | None],
    shared: Sequence[str],
    own: Sequence[Sequence[str]],
    blocked: Sequence[str | None],
) -> Sequence[str | None]:
    """The codes that block each recipient, those in `blocked` kept; empty for none.

    `shared` are the values of all, `own` those of each, empty when they are shared. Nearly every
    slice holds no such word, so all its values are searched at once first.
    """
    words = wording.current()
    everything = _BETWEEN.join(value for values in own or (shared,) for value in values)
    if not any(_forbidden(words, everything, type)):
        return blocked
    before = blocked or [None] * len(recipients)
    if not own:
        return [code or BLOCKED for code in before]
    return [
        code or (BLOCKED if any(_forbidden(words, _BETWEEN.join(values), type)) else None)
        for values, code in zip(own, before, strict=True)
    ]


def _forbidden(words: Wording, text: str, type: str) -> Iterator[FoundWord]:
    hits = words.find(ListedWord.Kind.FORBIDDEN_TOPIC, text, type=type) if text else ()
    return (hit for hit in hits if hit.word.is_blocking)
