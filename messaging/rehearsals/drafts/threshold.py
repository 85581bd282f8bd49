"""Lower traffic thresholds.

What a threshold refused is stored nowhere, but for slices of group tasks: a higher one shows no
more than those.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from messaging.models import RuleHit
from messaging.policy import thresholds
from messaging.rehearsals.traffic import Asked, Days, counted_before, requests_of

from .base import PASSES, ByTime, Opinion

MOST = 2_147_483_647


@dataclass(slots=True)
class ThresholdDraft(ByTime):
    """Limits of a day and of a month, None for none, that hold for each customer."""

    kinds: ClassVar[frozenset[str]] = frozenset({RuleHit.Kind.THRESHOLD})

    daily: int | None
    monthly: int | None

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        daily, monthly = written["daily_limit"], written["monthly_limit"]
        for name, value in (("daily_limit", daily), ("monthly_limit", monthly)):
            if value is not None and not 1 <= value <= MOST:
                raise Refusal(
                    "replay_limit",
                    _("Write a number of at least 1."),
                    field=name,
                )
        if daily is None and monthly is None:
            raise Refusal(
                "replay_no_limit", _("Set at least one of the two limits."), field="daily_limit"
            )
        if daily is not None and monthly is not None and monthly <= daily:
            raise Refusal(
                "replay_limits",
                _("The monthly limit (%(value)s) must be higher than the daily limit (%(bound)s)."),
                field="monthly_limit",
                params={"value": monthly, "bound": daily},
            )
        return cls(daily, monthly)

    def opinions(self, day: date, customer_id: int | None) -> Iterator[tuple[Asked, Opinion]]:
        """A request that does not fit below a limit is refused as a whole (ruling 14)."""
        of_day: Counter[int] = Counter()
        of_month: Counter[int] = Counter()
        if self.monthly is not None:
            of_month.update(counted_before(day, customer_id))
        for request in requests_of(Days(day), thresholds.REFUSED, customer_id=customer_id):
            key = request.customer_id
            if self.daily is not None and of_day[key] + request.count > self.daily:
                yield request, Opinion(True, f"{self.daily}/d")
            elif self.monthly is not None and of_month[key] + request.count > self.monthly:
                yield request, Opinion(True, f"{self.monthly}/m")
            else:
                of_day[key] += request.count
                of_month[key] += request.count
                yield request, PASSES
