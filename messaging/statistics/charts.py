"""Pictures of figures: a table that everybody can read, which a script draws in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from common.errors import Sentence


class Unit(Enum):
    """What the values of a picture are; shares go from 0 to 1."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"


class Kind(Enum):
    """How a picture begins; stacked bars may be switched to lines."""

    STACKED = "stacked"
    LINES = "lines"
    ROWS = "rows"
    """One bar for each line of the table, for names rather than times."""


@dataclass(frozen=True, slots=True)
class Series:
    """A column of the table: its title and the tone it is drawn in."""

    title: "Sentence"
    tone: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as the script reads it, and as people do; both empty where there is none."""

    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture with its table: `lines` are labels with a value for each series."""

    key: str
    """Names the picture on its page."""
    title: "Sentence"
    corner: "Sentence"
    """The heading of the column of labels."""
    series: Sequence[Series]
    lines: Sequence[tuple[str, Sequence[float | None]]]
    unit: Unit = Unit.COUNT
    kind: Kind = Kind.STACKED
    note: "Sentence" = ""
    cells: list[tuple[str, list[Cell]]] = field(init=False)

    def __post_init__(self) -> None:
        cells = [(label, [cell(value, self.unit) for value in row]) for label, row in self.lines]
        object.__setattr__(self, "cells", cells)

    @property
    def is_empty(self) -> bool:
        return not any(value for _label, row in self.lines for value in row)


def cell(value: float | None, unit: Unit) -> Cell:
    if value is None:
        return Cell("", "–")
    return Cell(f"{value:.6g}" if unit is not Unit.COUNT else str(int(value)), written(value, unit))


def written(value: float | None, unit: Unit) -> str:
    """A value for people: counts with commas, shares in percent, seconds as a span."""
    if value is None:
        return "–"
    if unit is Unit.COUNT:
        return str(intcomma(int(value)))
    if unit is Unit.SHARE:
        return f"{value * 100:.1f} %"
    return span(value)


def span(seconds: float) -> str:
    """Seconds in the unit that fits: "0.4 s", "3.5 min", "2.1 h"."""
    if seconds < 100:
        return _("%(count)s s") % {"count": f"{seconds:.1f}"}
    if seconds < 6000:
        return _("%(count)s min") % {"count": f"{seconds / 60:.1f}"}
    return _("%(count)s h") % {"count": f"{seconds / 3600:.1f}"}
