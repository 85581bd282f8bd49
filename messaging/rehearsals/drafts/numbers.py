"""Numbers and segments to block, or to let through again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.numbers import mask
from messaging.models import RuleHit
from messaging.policy.number_control import Patterns
from messaging.rehearsals.traffic import Sent
from messaging.services.lines import WrongLines, written_lines, wrong
from messaging.services.number_patterns import pattern_of

from .base import PASSES, ByNumber, Opinion

MOST_LINES = 100_000


@dataclass(slots=True)
class NumberDraft(ByNumber):
    """The lists in force with rules added, and with numbers that are let through whatever they say.

    A segment is the end of a number, as in number control (spec console §13.6).
    """

    kinds: ClassVar[frozenset[str]] = frozenset(
        {RuleHit.Kind.BLOCKLIST, RuleHit.Kind.NUMBER_CONTROL}
    )

    denied: Patterns
    allowed: Patterns

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        denied, allowed = list(written["denied"]), list(written["allowed"])
        if not denied and not allowed:
            raise Refusal(
                "replay_no_numbers", _("Write a number or a segment in each line."), field="denied"
            )
        if (count := max(len(denied), len(allowed))) > MOST_LINES:
            raise Refusal(
                "replay_numbers",
                _("These are %(count)s lines; at most %(most)s can be tried at once."),
                field="denied" if len(denied) == count else "allowed",
                params={"count": count, "most": MOST_LINES},
            )
        return cls(Patterns(_patterns(denied, "denied")), Patterns(_patterns(allowed, "allowed")))

    def judge(self, messages: Sequence[Sent], since: datetime) -> list[Opinion]:
        number = messages[0].recipient
        if number in self.allowed:
            return [PASSES] * len(messages)
        if pattern := self.denied.find(number):
            matched = mask(number) if pattern == number else f"…{pattern}"
            return [Opinion(True, matched)] * len(messages)
        return [self._as_it_was(message) for message in messages]

    def _as_it_was(self, message: Sent) -> Opinion:
        if message.stopped_by not in self.kinds:
            return PASSES
        return Opinion(True, str(RuleHit.Kind(message.stopped_by).label))


def _patterns(lines: list[str], field: str) -> list[str]:
    """The rules of all lines; `WrongLines` names those that are none."""
    patterns, rejected = [], []
    for place, line in written_lines(lines):
        pattern = pattern_of(line)
        if pattern is None:
            reason = gettext(
                "Neither a number, such as +8613800138000, nor a segment of 4 to 11 digits and *."
            )
            rejected.append(wrong(place, line, reason))
        else:
            patterns.append(pattern)
    if rejected:
        raise WrongLines(rejected, field)
    return patterns
