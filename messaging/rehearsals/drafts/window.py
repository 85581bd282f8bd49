"""Other sending hours of promotions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from messaging.models import RuleHit
from messaging.policy import send_window
from messaging.rehearsals.traffic import Sent

from .base import PASSES, ByNumber, Opinion

_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")


@dataclass(slots=True)
class WindowDraft(ByNumber):
    """When promotions may be sent, `HH:MM` in the platform's zone, 24:00 for the day's end."""

    kinds: ClassVar[frozenset[str]] = frozenset({RuleHit.Kind.SEND_WINDOW})

    opens: str
    closes: str

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        opens, closes = written["opens"], written["closes"]
        for name, value in (("opens", opens), ("closes", closes)):
            if not _HOUR.fullmatch(value):
                raise Refusal(
                    "replay_hour",
                    _("“%(value)s” is no time. Write hours and minutes, such as 08:00."),
                    field=name,
                    params={"value": value[:20]},
                )
        if closes <= opens:
            raise Refusal(
                "replay_hours",
                _("The end (%(closes)s) must be after the beginning (%(opens)s)."),
                field="closes",
                params={"opens": opens, "closes": closes},
            )
        return cls(opens, closes)

    def judge(self, messages: Sequence[Sent], since: datetime) -> list[Opinion]:
        return [self._opinion(message) for message in messages]

    def _opinion(self, message: Sent) -> Opinion:
        if not send_window.has_hours(message.type):
            return PASSES
        if send_window.is_within(message.at, self.opens, self.closes):
            return PASSES
        return Opinion(True, f"{self.opens}-{self.closes}")
