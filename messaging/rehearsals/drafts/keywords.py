"""A changed list of forbidden words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.text import SINGLE_PART_UNITS
from common.wordlist import ShippedWord
from messaging.models import RuleHit
from messaging.policy import keywords
from messaging.rehearsals.traffic import Sent
from reviews.models import ListedWord
from reviews.services.rules.wording import Wording

from .base import PASSES, UNKNOWN, ByNumber, Opinion
from .versions import Versions

MOST_WORDS = 20_000
_BETWEEN = "\x00"


@dataclass(slots=True)
class KeywordDraft(ByNumber):
    """The list in force with words added and words left out."""

    kinds: ClassVar[frozenset[str]] = frozenset({RuleHit.Kind.KEYWORD})

    added: Wording
    left_out: frozenset[str]
    _versions: Versions = field(default_factory=Versions)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        added, left_out = list(written["added"]), set(written["left_out"])
        for word in added:
            if not 1 <= len(word) <= SINGLE_PART_UNITS:
                raise Refusal(
                    "replay_word_length",
                    _("“%(word)s” is longer than %(longest)s characters. Write it shorter."),
                    field="added",
                    params={"word": word[:40], "longest": SINGLE_PART_UNITS},
                )
        if len(added) > MOST_WORDS:
            raise Refusal(
                "replay_words",
                _("These are %(count)s words; at most %(most)s can be tried at once."),
                field="added",
                params={"count": len(added), "most": MOST_WORDS},
            )
        if not added and not left_out:
            raise Refusal(
                "replay_no_words", _("Write a word to add or to leave out."), field="added"
            )
        return cls(Wording(map(_forbidding, added)), frozenset(left_out))

    def judge(self, messages: Sequence[Sent], since: datetime) -> list[Opinion]:
        return [self._opinion(message) for message in messages]

    def _opinion(self, message: Sent) -> Opinion:
        if message.is_platforms:
            return PASSES
        if self._versions.are_values_erased(message):
            return UNKNOWN
        found = self._found(message)
        return PASSES if found is None else Opinion(True, found)

    def _found(self, message: Sent) -> str | None:
        """The first word, of the list in force or of those that are added."""
        for hit in keywords.found_in(message.values, message.type):
            if hit.word.text not in self.left_out:
                return hit.word.text
        text = _BETWEEN.join(message.values)
        hits = self.added.find(ListedWord.Kind.FORBIDDEN_TOPIC, text, type=message.type)
        return next((hit.word.text for hit in hits), None)


def _forbidding(text: str) -> ShippedWord:
    return ShippedWord(ListedWord.Kind.FORBIDDEN_TOPIC, text, True, True, True, True, "", "")
