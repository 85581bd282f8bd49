"""Customers' own allow and deny rules for numbers (spec console §13.6)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from common.expiring import Expiring
from messaging.models import NumberControl, NumberRule

BLOCKED = "E000632"
"""The status of a message to a number that its sender denies (ruling 38)."""


class Patterns:
    """Numbers and segments, made once and asked often; a segment is the end of a number."""

    def __init__(self, patterns: Iterable[str]) -> None:
        starred = []
        plain = set()
        for pattern in patterns:
            if "*" in pattern:
                starred.append(pattern.replace("*", "[0-9]"))
            else:
                plain.add(pattern)
        self._plain = plain
        self._lengths = tuple({len(one) for one in plain if not one.startswith("+")})
        self._starred = re.compile(f"(?:{'|'.join(starred)})$") if starred else None

    def __contains__(self, number: str) -> bool:
        plain = self._plain
        if number in plain:
            return True
        for length in self._lengths:
            if number[-length:] in plain:
                return True
        return self._starred is not None and self._starred.search(number) is not None

    def __bool__(self) -> bool:
        return bool(self._plain or self._starred)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a customer that are in force; what is allowed wins."""

    allowed: Patterns
    denied: Patterns

    def denies(self, number: str) -> bool:
        return number in self.denied and number not in self.allowed


def rules_of(customer_id: int) -> Rules:
    """The rules in force, none while number control is off; may be seconds old."""
    return _rules.get(customer_id)


def block(
    customer_id: int, recipients: Sequence[str | None], blocked: Sequence[str | None]
) -> Sequence[str | None]:
    """The codes that block each recipient, those in `blocked` kept; empty for none."""
    rules = rules_of(customer_id)
    if not rules.denied:
        return blocked
    before = blocked or [None] * len(recipients)
    return [
        code or (BLOCKED if number and rules.denies(number) else None)
        for number, code in zip(recipients, before, strict=True)
    ]


def forget() -> None:
    """Drop what this process remembers of customers' rules."""
    _rules.clear()


def _load(customer_id: int) -> Rules:
    if not NumberControl.objects.filter(customer_id=customer_id, is_enabled=True).exists():
        return Rules(Patterns(()), Patterns(()))
    rows = NumberRule.objects.filter(customer_id=customer_id).values_list("kind", "pattern")
    patterns: dict[str, list[str]] = defaultdict(list)
    for kind, pattern in rows:
        patterns[kind].append(pattern)
    return Rules(
        Patterns(patterns[NumberRule.Kind.ALLOW]), Patterns(patterns[NumberRule.Kind.DENY])
    )


_rules = Expiring(_load, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))
