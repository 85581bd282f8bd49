"""Gauges of the traffic: how full a period is, with the marks of alarm and limit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.clock import now
from messaging.models import TrafficThreshold
from messaging.policy.thresholds import Gauge, gauges_of

if TYPE_CHECKING:
    from common.errors import Sentence

WIDTH = 1000
"""The width of a drawing in its own units; the limit stands at its right end."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A gauge as the page draws it: lengths in units of `WIDTH`, a tone, and a sentence."""

    title: "Sentence"
    gauge: Gauge

    @property
    def fill(self) -> int:
        return min(WIDTH, self.gauge.used * WIDTH // self.gauge.limit)

    @property
    def mark(self) -> int:
        return self.gauge.alarm * WIDTH // self.gauge.limit

    @property
    def percent(self) -> int:
        return self.gauge.used * 100 // self.gauge.limit

    @property
    def left(self) -> int:
        return max(0, self.gauge.limit - self.gauge.used)

    @property
    def tone(self) -> str:
        if self.gauge.is_full:
            return "bad"
        return "waiting" if self.gauge.used >= self.gauge.alarm else "good"

    @property
    def state(self) -> "Sentence":
        if self.gauge.is_full:
            return _("Limit reached: sending has stopped")
        if self.gauge.used >= self.gauge.alarm:
            return _("Above the alarm value")
        return _("Below the alarm value")


def drawings_of(row: TrafficThreshold) -> tuple[Drawing, Drawing]:
    """The gauges of the present day and month."""
    day, month = gauges_of(row, now())
    return Drawing(_("Today"), day), Drawing(_("This month"), month)
