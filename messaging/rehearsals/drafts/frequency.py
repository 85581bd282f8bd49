"""Other frequency limits of the platform; the customers' own stay as they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from messaging.models import RuleHit
from messaging.policy import frequency, windows
from messaging.policy.windows import Event, Rule
from messaging.rehearsals.traffic import Sent

from .base import PASSES, ByNumber, Opinion
from .versions import Versions


@dataclass(slots=True)
class FrequencyDraft(ByNumber):
    """Limits as the setting `SMS_FREQUENCY_LIMITS` writes them."""

    kinds: ClassVar[frozenset[str]] = frozenset({RuleHit.Kind.FREQUENCY})
    looks_back: ClassVar[bool] = True

    limits: tuple[str, ...]
    _versions: Versions = field(default_factory=Versions)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        limits = tuple(written["limits"])
        for limit in limits:
            _refuse_unless_limit(limit)
        return cls(limits)

    def judge(self, messages: Sequence[Sent], since: datetime) -> list[Opinion]:
        """Each application counts by itself; what another rule stopped counts nowhere."""
        history: dict[int, list[Event]] = defaultdict(list)
        return [self._opinion(one, history[one.application_id], since) for one in messages]

    def _opinion(self, message: Sent, history: list[Event], since: datetime) -> Opinion:
        is_stopped = message.stopped_by and message.stopped_by not in self.kinds
        is_too_early = message.at < since and message.stopped_by
        if message.is_platforms or is_stopped or is_too_early:
            return PASSES
        letter, content = windows.NAMES[message.type][0], self._content(message)
        event = Event(windows.microseconds(message.at), letter, content)
        if message.at >= since:
            rules, whitelist = self._rules(message)
            limits = windows.limits_at(rules, message.at)
            oldest = min((limit.since for limit in limits), default=event.at)
            history[:] = [one for one in history if one.at > oldest]
            is_excepted = message.recipient in whitelist
            limit = windows.breached(limits, history, letter, content, is_excepted=is_excepted)
            if limit is not None:
                return Opinion(True, limit.rule.text)
        history.append(event)
        return PASSES

    def _rules(self, message: Sent) -> tuple[tuple[Rule, ...], frozenset[str]]:
        rules, whitelist = frequency.rules_for(message.application_id, message.type)
        own = tuple(rule for rule in rules if rule.is_customers)
        return windows.rules_of(self.limits, windows.NAMES[message.type]) + own, whitelist

    def _content(self, message: Sent) -> str:
        """Values that are erased are taken to be different from all others."""
        if self._versions.are_values_erased(message):
            return f"erased-{message.id}"
        return windows.content_of(message.version_id, message.values)


def _refuse_unless_limit(limit: str) -> None:
    names = (*windows.NAMES.values(), "content")
    try:
        is_named = limit.partition("=")[0] in names
        is_limit = is_named and bool(windows.rules_of((limit,), limit.partition("=")[0]))
    except ValueError:
        is_limit = False
    if not is_limit:
        raise Refusal(
            "replay_frequency_limit",
            _(
                "“%(limit)s” is no limit. Write a name (%(names)s), then =, how many (1 to "
                "%(most)s), / and the seconds, such as notification=10/60."
            ),
            field="limits",
            params={"limit": limit[:40], "names": ", ".join(names), "most": windows.MOST},
        )
