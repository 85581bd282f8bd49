"""The course of a group task as lines over time, drawn as SVG, and as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging.groups.progress import Point

if TYPE_CHECKING:
    from common.errors import Sentence

WIDTH, HEIGHT = 1000, 240
"""Of the drawing, in its own units; it is stretched to the width of the page."""

MOST_POINTS, MOST_LINES = 120, 20
"""Of a curve and of the table; a longer course is told in even steps."""

KINDS: tuple[tuple[str, "Sentence", Callable[[Point], int]], ...] = (
    ("quiet", _("Accepted"), lambda point: point.accepted),
    ("busy", _("Handed over"), lambda point: point.sent + point.delivered + point.failed),
    ("good", _("Delivered"), lambda point: point.delivered),
    ("bad", _("Failed"), lambda point: point.failed),
)


@dataclass(frozen=True, slots=True)
class Curve:
    tone: str
    title: "Sentence"
    points: str
    """As the attribute `points` of an SVG polyline wants them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Curves from the first to the last known moment, their scale, and some of their points."""

    curves: Sequence[Curve]
    top: int
    start: datetime
    end: datetime
    lines: Sequence[tuple[datetime, Sequence[tuple["Sentence", int]]]]
    """Moments, each with the title and the figure of every curve."""

    @property
    def middle(self) -> int:
        return self.top // 2


def picture_of(series: Sequence[Point], *, total: int) -> Picture | None:
    """Draw the course of a task with `total` numbers; None while it has no two moments."""
    if len(series) < 2:
        return None
    series = _some(series, MOST_POINTS)
    start, end = series[0].at, series[-1].at
    span = max((end - start).total_seconds(), 1)
    top = max(total, 1)
    curves = [
        Curve(
            tone,
            title,
            " ".join(
                f"{WIDTH * (point.at - start).total_seconds() / span:.1f},"
                f"{HEIGHT * (1 - value(point) / top):.1f}"
                for point in series
            ),
        )
        for tone, title, value in KINDS
    ]
    lines = [
        (point.at, [(title, value(point)) for _tone, title, value in KINDS])
        for point in _some(series, MOST_LINES)
    ]
    return Picture(curves, top, start, end, lines)


def _some(series: Sequence[Point], most: int) -> Sequence[Point]:
    """At most `most` points in even steps, the last one always among them."""
    step = -(-len(series) // most)
    return series[::-1][::step][::-1]
