"""Forbidden words in the values of variables: what the review of a template cannot see.

The words are those that operations keep for the checks of texts (`reviews.ListedWord`): forbidden
topics that block, by type of message. The approved text itself is not searched again.
"""

from collections.abc import Iterable, Iterator, Sequence

from messaging.models import RuleHit
from messaging.models.rule_hit import MATCHED_LENGTH
from reviews.models import ListedWord
from reviews.services.rules import wording
from reviews.services.rules.wording import FoundWord, Wording

from .hits import Hit

BLOCKED = "SC:0006"
"""The status of a message whose values hold a forbidden word."""

_BETWEEN = "\x00"
"""Stands in no value, and no listed word goes across it."""


def found_in(values: Iterable[str], type: str) -> list[FoundWord]:
    """The forbidden words in the values of one message."""
    return list(_forbidden(wording.current(), _BETWEEN.join(values), type))


def hits(
    *, type: str, count: int, shared: Sequence[str], own: Sequence[Sequence[str]]
) -> list[Hit]:
    """Which of `count` messages hold a forbidden word.

    `shared` are the values of all, `own` those of each, empty when they are shared. Nearly every
    slice holds no such word, so all its values are searched at once first.
    """
    words = wording.current()
    everything = _BETWEEN.join(value for values in own or (shared,) for value in values)
    found = next(_forbidden(words, everything, type), None)
    if found is None:
        return []
    if not own:
        return [_hit(position, found) for position in range(count)]
    each = (next(_forbidden(words, _BETWEEN.join(values), type), None) for values in own)
    return [_hit(position, found) for position, found in enumerate(each) if found]


def _hit(position: int, found: FoundWord) -> Hit:
    word = found.word
    pk = word.pk if isinstance(word, ListedWord) else 0
    return Hit(position, BLOCKED, RuleHit.Kind.KEYWORD.value, pk, word.text[:MATCHED_LENGTH])


def _forbidden(words: Wording, text: str, type: str) -> Iterator[FoundWord]:
    hits = words.find(ListedWord.Kind.FORBIDDEN_TOPIC, text, type=type) if text else ()
    return (hit for hit in hits if hit.word.is_blocking)
