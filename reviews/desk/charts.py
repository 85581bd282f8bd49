"""The geometry of the desk's charts: what the SVG of a page draws, reckoned on the server."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 720
HEIGHT = 220
_LEFT = 44
_BOTTOM = 26
_TOP = 10
_PLOT_WIDTH = WIDTH - _LEFT
_PLOT_HEIGHT = HEIGHT - _TOP - _BOTTOM
_TICKS = 4
_MOST_LABELS = 10
_FILLED = 0.72
"""Part of its place that a bar takes."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a stacked bar: its colour's name, and its value."""

    tone: str
    value: int


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A label at a place of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw: bars or a line, and the marks of both axes."""

    bars: list[Bar]
    lines: list[str]
    """Each the `points` of an SVG polyline; a gap in the data begins a new one."""

    dots: list[tuple[float, float]]
    x_marks: list[Mark]
    y_marks: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    base: int = HEIGHT - _BOTTOM


def stacked_bars(labels: Sequence[str], stacks: Sequence[Sequence[Share]]) -> Chart:
    """One bar for each label, made of its shares from the bottom up."""
    top = _round_top(max((sum(share.value for share in stack) for stack in stacks), default=0))
    step = _PLOT_WIDTH / max(1, len(labels))
    drawn: list[Bar] = []
    for place, stack in enumerate(stacks):
        y = float(HEIGHT - _BOTTOM)
        for share in stack:
            height = _PLOT_HEIGHT * share.value / top
            y -= height
            x = _LEFT + step * (place + (1 - _FILLED) / 2)
            if share.value:
                drawn.append(
                    Bar(_short(x), _short(y), _short(step * _FILLED), _short(height), share.tone)
                )
    return Chart(drawn, [], [], _x_marks(labels, step), _y_marks(top))


def line(labels: Sequence[str], values: Sequence[float | None]) -> Chart:
    """A line through the values that are there, one for each label."""
    top = _round_top(max((value for value in values if value is not None), default=0))
    step = _PLOT_WIDTH / max(1, len(labels))
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = HEIGHT - _BOTTOM - _PLOT_HEIGHT * value / top
        runs[-1].append((_short(_LEFT + step * (place + 0.5)), _short(y)))
    drawn = [" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1]
    dots = [dot for run in runs for dot in run]
    return Chart([], drawn, dots, _x_marks(labels, step), _y_marks(top))


def _round_top(highest: float) -> int:
    """The end of an axis: at least the highest value, and easy to divide."""
    size = 1
    while True:
        for factor in (4, 8, 12, 20):
            if highest <= factor * size:
                return factor * size
        size *= 10


def _y_marks(top: int) -> list[Mark]:
    return [
        Mark(_short(HEIGHT - _BOTTOM - _PLOT_HEIGHT * each / _TICKS), str(top * each // _TICKS))
        for each in range(_TICKS + 1)
    ]


def _x_marks(labels: Sequence[str], step: float) -> list[Mark]:
    every = -(-len(labels) // _MOST_LABELS) or 1
    return [
        Mark(_short(_LEFT + step * (place + 0.5)), label)
        for place, label in enumerate(labels)
        if place % every == 0
    ]


def _short(value: float) -> float:
    return round(value, 2)
