"""Another limit of the guard against bombing, for templates or segments of numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from messaging.models import GuardLimit, RuleHit
from messaging.models.guard import LONGEST_S, MOST_PER
from messaging.policy.guard import segment_of
from messaging.rehearsals.traffic import Asked, Days, messages_of

from .base import PASSES, ByTime, Opinion

Subject = GuardLimit.Subject
Counters = dict[tuple[int, str], tuple[datetime, int]]
"""By application and value: when the counter ends, and how much it counts."""

MOST_COUNTERS = 50_000
"""So many are kept before those that are over are dropped."""


@dataclass(slots=True)
class GuardDraft(ByTime):
    """At most `most` messages of a type within `per_s` seconds of a counter's first one."""

    kinds: ClassVar[frozenset[str]] = frozenset({RuleHit.Kind.GUARD})

    type: str
    subject: str
    most: int
    per_s: int

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        for name, value, highest in (
            ("most", written["most"], MOST_PER),
            ("per_s", written["per_s"], LONGEST_S),
        ):
            if not 1 <= value <= highest:
                raise Refusal(
                    "replay_guard",
                    _("Write a number from 1 to %(most)s."),
                    field=name,
                    params={"most": highest},
                )
        return cls(written["type"], written["subject"], written["most"], written["per_s"])

    def opinions(self, day: date, customer_id: int | None) -> Iterator[tuple[Asked, Opinion]]:
        """What other rules stopped is not counted, as they are asked before."""
        counters: Counters = {}
        messages = messages_of(Days(day), RuleHit.Kind.GUARD, self.type, customer_id=customer_id)
        for message in messages:
            is_asked = message.sent or message.stopped
            yield message, self._opinion(message, counters) if is_asked else PASSES

    def _opinion(self, message: Asked, counters: Counters) -> Opinion:
        is_segment = self.subject == Subject.SEGMENT
        value = segment_of(message.recipient) if is_segment else str(message.version_id)
        key = message.application_id, value
        ends_at, count = counters.get(key, (message.at, 0))
        if ends_at <= message.at:
            ends_at, count = message.at + timedelta(seconds=self.per_s), 0
        if count >= self.most:
            return Opinion(True, f"{self.subject} {value}: {self.most}/{self.per_s}")
        if len(counters) >= MOST_COUNTERS:
            for over in [one for one, (end, _count) in counters.items() if end <= message.at]:
                del counters[over]
        counters[key] = (ends_at, count + 1)
        return PASSES
