"""Customers' own allow and deny rules for numbers (spec console §13.6)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from common.expiring import announced
from common.numbers import mask
from messaging.models import NumberControl, NumberRule, RuleHit

from .hits import Hit

BLOCKED = "E000632"
"""The status of a message to a number that its sender denies (ruling 38)."""


class Patterns:
    """Numbers and segments, made once and asked often; a segment is the end of a number."""

    def __init__(self, patterns: Iterable[str]) -> None:
        starred = []
        plain = set()
        for pattern in patterns:
            if "*" in pattern:
                starred.append(pattern)
            else:
                plain.add(pattern)
        self._plain = plain
        self._lengths = tuple({len(one) for one in plain if not one.startswith("+")})
        self._segments = tuple(starred)
        groups = "|".join(f"({one.replace('*', '[0-9]')})" for one in starred)
        self._starred = re.compile(f"(?:{groups})$") if starred else None

    def __contains__(self, number: str) -> bool:
        return self.find(number) is not None

    def find(self, number: str) -> str | None:
        """The pattern that a number fits, the number itself first; None when there is none."""
        plain = self._plain
        if number in plain:
            return number
        for length in self._lengths:
            if number[-length:] in plain:
                return number[-length:]
        if self._starred is None or (found := self._starred.search(number)) is None:
            return None
        return self._segments[(found.lastindex or 1) - 1]

    def may_fit(self, numbers: Sequence[str]) -> bool:
        """Whether one of the numbers fits one of the patterns; at once, for whole slices."""
        if not self._plain.isdisjoint(numbers):
            return True
        if any(
            not self._plain.isdisjoint([number[-length:] for number in numbers])
            for length in self._lengths
        ):
            return True
        return self._starred is not None and any(map(self._starred.search, numbers))

    def __bool__(self) -> bool:
        return bool(self._plain or self._starred)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a customer that are in force; what is allowed wins."""

    allowed: Patterns
    denied: Patterns
    denying: Mapping[str, int]
    """The denying rules by their pattern."""

    def denies(self, number: str) -> bool:
        return self.denied_by(number) is not None

    def denied_by(self, number: str) -> str | None:
        """The pattern that denies a number; None when none does, or another allows it."""
        found = self.denied.find(number)
        return None if found is None or number in self.allowed else found


def rules_of(customer_id: int) -> Rules:
    """The rules in force, none while number control is off; may be seconds old."""
    return _rules.get(customer_id)


def hits(customer_id: int, recipients: Sequence[str | None]) -> list[Hit]:
    """Which numbers their sender denies; no query."""
    rules = rules_of(customer_id)
    if not rules.denying or not rules.denied.may_fit([one for one in recipients if one]):
        return []
    return [
        Hit(
            position,
            BLOCKED,
            RuleHit.Kind.NUMBER_CONTROL.value,
            rules.denying[pattern],
            mask(number) if pattern == number else pattern,
        )
        for position, number in enumerate(recipients)
        if number and (pattern := rules.denied_by(number))
    ]


def forget() -> None:
    """Drop what this process remembers of customers' rules."""
    _rules.clear()


def _load(customer_id: int) -> Rules:
    if not NumberControl.objects.filter(customer_id=customer_id, is_enabled=True).exists():
        return Rules(Patterns(()), Patterns(()), {})
    rows = NumberRule.objects.filter(customer_id=customer_id).order_by("pk")
    patterns: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, pattern, pk in rows.values_list("kind", "pattern", "pk"):
        patterns[kind][pattern] = pk
    denying = patterns[NumberRule.Kind.DENY]
    return Rules(Patterns(patterns[NumberRule.Kind.ALLOW]), Patterns(denying), denying)


_rules = announced(_load)
