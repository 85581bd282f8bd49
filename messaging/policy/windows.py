"""Frequency limits as data: how many messages a number may get within which span (ruling 15)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from django.conf import settings

from common.clock import platform_zone
from reviews.models.kinds import MessageType

Kind = Literal["type", "content", "any"]
"""What a limit counts: messages of the same type, of the same content, or all of them."""

LONGEST_S = 86_400
"""No limit looks further back."""
MOST = 999
"""No limit allows more within its span."""

MICROSECONDS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NAMES: dict[str, str] = {
    MessageType.VERIFICATION: "verification",
    MessageType.NOTIFICATION: "notification",
    MessageType.PROMOTION: "promotion",
}
"""The types as the setting names them; events carry the first letter."""


class Event(NamedTuple):
    """A message that a number got: when, in microseconds since 1970, and what."""

    at: int
    type: str
    content: str


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `most` messages in `span_s` seconds; 0 stands for the calendar day."""

    kind: Kind
    most: int
    span_s: int
    is_customers: bool = False
    name: str = field(default="", compare=False)
    """The message type that a limit of kind `type` is for."""

    @property
    def text(self) -> str:
        """The limit as the setting writes it: `notification=10/60`, `content=2/59`."""
        return f"{self.name or self.kind}={self.most}/{self.span_s}"

    def since(self, now: int, midnight: int) -> int:
        """What was sent after this instant counts."""
        return now - self.span_s * MICROSECONDS if self.span_s else midnight - 1


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule at an instant."""

    rule: Rule
    since: int

    def counts(self, event: Event, type: str, content: str) -> bool:
        if event.at <= self.since:
            return False
        kind = self.rule.kind
        return kind == "any" or (event.type == type if kind == "type" else event.content == content)


def platform_rules(type: str) -> tuple[Rule, ...]:
    """The platform's limits for templates of a type, from setting `SMS_FREQUENCY_LIMITS`."""
    return rules_of(tuple(settings.SMS_FREQUENCY_LIMITS), NAMES[type])


def limits_at(rules: Iterable[Rule], moment: datetime) -> tuple[Limit, ...]:
    """The rules as they look at an instant; calendar days begin in the platform's zone."""
    local = moment.astimezone(platform_zone())
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    now, start = microseconds(moment), microseconds(midnight)
    return tuple(Limit(rule, rule.since(now, start)) for rule in rules)


def microseconds(moment: datetime) -> int:
    """An instant as whole microseconds since 1970: exact here, in Valkey and in PostgreSQL."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def breached(
    limits: Iterable[Limit],
    history: Sequence[Event],
    type: str,
    content: str,
    *,
    is_excepted: bool = False,
) -> Limit | None:
    """The first limit that one more message would break; None when it may be sent.

    `is_excepted` is for numbers that the customer's own limits leave alone.
    """
    for limit in limits:
        if limit.rule.is_customers and is_excepted:
            continue
        if sum(limit.counts(event, type, content) for event in history) >= limit.rule.most:
            return limit
    return None


def content_of(version_id: int, values: Sequence[str]) -> str:
    """Names a content: an approved text with its values."""
    text = "\x00".join((str(version_id), *values))  # which no value can hold
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


@lru_cache(maxsize=64)
def rules_of(written: tuple[str, ...], type: str) -> tuple[Rule, ...]:
    """Read limits, and return those of a type by its name in `NAMES`.

    `notification=10/60` is ten in a minute; `content=…` holds for every type.
    """
    rules = []
    for entry in written:
        name, _, limit = entry.partition("=")
        most, _, span_s = limit.partition("/")
        is_content = name == "content"
        rule = Rule(
            "content" if is_content else "type",
            int(most),
            int(span_s),
            name="" if is_content else name,
        )
        if not (0 < rule.most <= MOST and 0 < rule.span_s <= LONGEST_S):
            raise ValueError(f"SMS_FREQUENCY_LIMITS: {entry} is not 1-{MOST}/1-{LONGEST_S}")
        if name in (type, "content"):
            rules.append(rule)
    return tuple(rules)
