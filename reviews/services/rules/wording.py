"""The listed words as the rules ask for them: remembered per process, forgotten on change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language

from common.expiring import Expiring
from common.wordlist import ShippedWord, shipped_words
from common.wordmatch import WordMatcher
from reviews.models import ListedWord
from reviews.models.kinds import MessageType

Kind = ListedWord.Kind

REMEMBERED_S = 30.0
"""How long a process that hears of no changes keeps the list."""

_COLUMNS = {
    MessageType.VERIFICATION.value: "in_verification",
    MessageType.NOTIFICATION.value: "in_notification",
    MessageType.PROMOTION.value: "in_promotion",
}


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A listed word in a text, with what the list says about it."""

    word: "ListedWord | ShippedWord"
    span: tuple[int, int]

    @property
    def explanation(self) -> str:
        """Why the word is listed, in the language of the page."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.word.explanation_zh if is_chinese else self.word.explanation_en


class Wording:
    """All words in use, ready to be looked for."""

    def __init__(self, words: Iterable["ListedWord | ShippedWord"]) -> None:
        self._listed: dict[str, dict[str, ListedWord | ShippedWord]] = defaultdict(dict)
        for word in words:
            self._listed[word.kind][word.text] = word
        self._matchers = {kind: WordMatcher(listed) for kind, listed in self._listed.items()}

    def find(self, kind: str, text: str, *, type: str) -> list[FoundWord]:
        """Return the words of a kind that concern a message type, wherever the text has them.

        A word inside a longer one counts only when it blocks and the longer one does not.
        """
        if kind not in self._matchers:
            return []
        listed = self._listed[kind]
        hits = [
            FoundWord(listed[hit.word], (hit.start, hit.end))
            for hit in self._matchers[kind].find(text)
            if _concerns(listed[hit.word], type)
        ]
        return [hit for hit in hits if not any(_hides(other, hit) for other in hits)]

    def texts(self, kind: str, *, type: str) -> list[str]:
        """Return the words of a kind that concern a message type, as the list writes them."""
        listed: Mapping[str, ListedWord | ShippedWord] = self._listed.get(kind, {})
        return [text for text, word in listed.items() if _concerns(word, type)]

    def word(self, kind: str, text: str, *, type: str) -> "ListedWord | ShippedWord | None":
        """Return the row of exactly this word if it concerns the message type."""
        word = self._listed.get(kind, {}).get(text)
        return word if word is not None and _concerns(word, type) else None


def current() -> Wording:
    """The words in use now. Without a single row, those the product ships with."""
    return _remembered.get(None)


def forget() -> None:
    """Read the list again when it is needed next."""
    _remembered.clear()


@cache
def shipped() -> Wording:
    """The words the product ships with."""
    return Wording(shipped_words())


def _load(_key: None) -> Wording:
    rows = list(ListedWord.objects.order_by("pk"))
    return Wording(row for row in rows if row.is_active) if rows else shipped()


def _concerns(word: "ListedWord | ShippedWord", type: str) -> bool:
    column = _COLUMNS.get(type)
    return column is not None and bool(getattr(word, column))


def _hides(longer: FoundWord, shorter: FoundWord) -> bool:
    inside = longer.span[0] <= shorter.span[0] and shorter.span[1] <= longer.span[1]
    weaker = shorter.word.is_blocking and not longer.word.is_blocking
    return inside and longer.span != shorter.span and not weaker


_remembered: Expiring[None, Wording] = Expiring(
    _load, lifetime_s=lambda: REMEMBERED_S, is_announced=True
)
