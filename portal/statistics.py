"""The statistics page: figures beside those of the period before, pictures, and causes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import local_day, now
from messaging.statistics import reading
from messaging.statistics.charts import Chart, Kind, Series, Unit, written
from messaging.statistics.figures import Figures
from messaging.statistics.filters import Filters
from messaging.statistics.latency import Percentiles
from messaging.statistics.outcomes import Outcome
from messaging.statistics.places import CARRIERS, REGIONS, carrier_of, region_of
from messaging.statistics.reading import Origin, Point
from portal import codebook
from portal.codebook import Entry

if TYPE_CHECKING:
    from common.errors import Sentence

UNKNOWN_ORIGIN = _("Codes that no table knows")
MOST_REGIONS = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A figure, and what it was in the period before."""

    title: "Sentence"
    text: str
    before: str
    note: "Sentence" = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why messages failed: a code with its share of all failures, from 0 to 100."""

    entry: Entry
    messages: int
    percent: float
    is_terminal: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """The failures that one origin reported."""

    title: "Sentence"
    messages: int
    percent: float
    causes: list[Cause]


@dataclass(frozen=True, slots=True)
class Range:
    """A quick choice of days."""

    title: "Sentence"
    first: date
    last: date


def ranges() -> list[Range]:
    """Quick ranges up to today."""
    today = local_day(now())
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        Range(_("Today"), today, today),
        Range(_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        Range(_("Last 7 days"), today - timedelta(days=6), today),
        Range(_("This month"), month, today),
        Range(_("Last month"), before.replace(day=1), before),
    ]


def cards_of(now_: reading.Report, before: reading.Report) -> list[Card]:
    """The items of the table of spec console §10, each with its value in the period before."""
    one, other = now_.figures, before.figures
    counts: Sequence[tuple[Sentence, int, int]] = (
        (_("Total submit"), one.total, other.total),
        (_("Total sent successfully"), one.successes, other.successes),
        (_("Total sending failures"), one.failures, other.failures),
        (_("Terminal errors"), one.terminal, other.terminal),
        (_("Total sending"), one.sending, other.sending),
    )
    rates: Sequence[tuple[Sentence, float | None, float | None, Sentence]] = (
        (
            _("Valid success rate"),
            one.valid_success_rate,
            other.valid_success_rate,
            _("without what is being sent and terminal errors"),
        ),
        (_("Sending success rate"), one.success_rate, other.success_rate, _("of all submitted")),
    )
    return [
        *(
            Card(title, written(value, Unit.COUNT), written(was, Unit.COUNT))
            for title, value, was in counts
        ),
        *(
            Card(title, written(value, Unit.SHARE), written(was, Unit.SHARE), note)
            for title, value, was, note in rates
        ),
        Card(_("Delivered after"), _latency(now_.latency), _latency(before.latency), _LATENCY_NOTE),
    ]


_LATENCY_NOTE = _("half of the messages, and 95 of 100, at most")


def charts_of(points: Sequence[Point], *, is_hourly: bool) -> list[Chart]:
    """What became of messages, the success rates, and the latency, by hours or days."""
    corner = _("Hour") if is_hourly else _("Day")
    labels = [_label(point.at, is_hourly=is_hourly) for point in points]
    figures = [point.figures for point in points]
    return [
        Chart(
            key="outcome",
            title=_("What became of the messages"),
            corner=corner,
            series=(
                Series(_("Successful"), "good"),
                Series(_("Failed"), "bad"),
                Series(_("Terminal errors"), "waiting"),
                Series(pgettext_lazy("outcome of messages", "Sending"), "quiet"),
            ),
            lines=[(label, _outcomes(one)) for label, one in zip(labels, figures, strict=True)],
        ),
        Chart(
            key="rate",
            title=_("Success rates"),
            corner=corner,
            series=(
                Series(_("Valid success rate"), "good"),
                Series(_("Sending success rate"), "busy"),
            ),
            lines=[
                (label, (one.valid_success_rate, one.success_rate))
                for label, one in zip(labels, figures, strict=True)
            ],
            unit=Unit.SHARE,
            kind=Kind.LINES,
        ),
        Chart(
            key="latency",
            title=_("Time from the submission to the delivery"),
            corner=corner,
            series=(
                Series(_("Half of the messages"), "busy"),
                Series(_("95 of 100 messages"), "waiting"),
            ),
            lines=[
                (label, (point.latency.p50_s, point.latency.p95_s))
                for label, point in zip(labels, points, strict=True)
            ],
            unit=Unit.SECONDS,
            kind=Kind.LINES,
        ),
    ]


def places_of(filters: Filters) -> list[Chart]:
    """Where the recipients are: the regions with the most messages, and the carriers."""
    regions: dict[int, Figures] = {}
    carriers: dict[int, Figures] = {}
    for place, figures in reading.breakdown(filters, by="place").items():
        regions.setdefault(region_of(place), Figures()).add(figures)
        carriers.setdefault(carrier_of(place), Figures()).add(figures)
    return [
        _bars("regions", _("Regions"), _("Region"), REGIONS, regions),
        _bars("carriers", _("Carriers of the recipients"), _("Carrier"), CARRIERS, carriers),
    ]


def tree_of(origins: Sequence[Origin]) -> list[Branch]:
    """The failures by who reported them and why, each with cause and remedy."""
    total = sum(origin.messages for origin in origins)
    return [
        Branch(
            codebook.ORIGINS.get(origin.origin, UNKNOWN_ORIGIN),
            origin.messages,
            100 * origin.messages / total,
            [
                Cause(
                    codebook.of_report(code.code),
                    code.messages,
                    100 * code.messages / total,
                    code.outcome is Outcome.TERMINAL,
                )
                for code in origin.codes
            ],
        )
        for origin in origins
    ]


def _bars(
    key: str,
    title: "Sentence",
    corner: "Sentence",
    names: "dict[int, Sentence]",
    found: dict[int, Figures],
) -> Chart:
    first = sorted(found, key=lambda number: -found[number].total)[:MOST_REGIONS]
    return Chart(
        key=key,
        title=title,
        corner=corner,
        series=(
            Series(_("Successful"), "good"),
            Series(_("Failed"), "bad"),
            Series(_("Terminal errors"), "waiting"),
            Series(pgettext_lazy("outcome of messages", "Sending"), "quiet"),
        ),
        lines=[(str(names.get(number, number)), _outcomes(found[number])) for number in first],
        kind=Kind.ROWS,
    )


def _outcomes(figures: Figures) -> tuple[int, int, int, int]:
    return figures.successes, figures.failures, figures.terminal, figures.sending


def _label(at: datetime, *, is_hourly: bool) -> str:
    return f"{timezone.localtime(at):%H:%M}" if is_hourly else f"{timezone.localtime(at):%m-%d}"


def _latency(latency: Percentiles) -> str:
    if latency.p50_s is None:
        return "–"
    return f"{written(latency.p50_s, Unit.SECONDS)} / {written(latency.p95_s, Unit.SECONDS)}"
