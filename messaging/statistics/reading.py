"""Read figures: the folded ones and what is not folded yet, in one statement.

They are exact to the last message, unless so much comes in that more than `MOST_PENDING` messages
are not folded yet: then they are those of the last folding, a second or two old.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from common.clock import platform_zone
from common.codes import status_code
from common.sql import slice_cursor
from messaging.models.ids import live

from . import counting
from .figures import ACCEPTED, Figures
from .filters import Filters
from .folding import FOLDED_LATE, NO_JIT
from .latency import Percentiles, add_steps, percentiles, steps_of, sums_of
from .outcomes import Outcome, outcome_of

MOST_PENDING = 2_000
"""So many messages that are not folded yet are counted one by one for a page."""

_PENDING = counting.of_tallies(
    f"""(
    SELECT * FROM messaging_tally WHERE (
        SELECT COALESCE(sum(messages), 0) FROM (
            SELECT COALESCE(cardinality(finished), 0) + COALESCE((
                SELECT count FROM messaging_sendrequest
                WHERE id = request_id AND id BETWEEN %(floor)s AND %(ceiling)s
            ), 0) AS messages
            FROM messaging_tally LIMIT {MOST_PENDING + 1}
        ) AS seen
    ) <= {MOST_PENDING}
)"""  # noqa: S608 - a number of ours
)

# Whole days come from daily rows, an unfinished one at the end and all hours from hourly ones.
_KEPT = """
    SELECT {key}, messages, parts, latency FROM messaging_hourlyfigure
    WHERE hour >= %(hours)s AND hour < %(end)s
    UNION ALL
    SELECT {day_key}, messages, parts, latency FROM messaging_dailyfigure
    WHERE day >= %(start)s AND day < %(hours)s
""".replace("{key}", counting.KEY).replace("{day_key}", counting.DAY_KEY)

_FIGURES = (
    """
WITH pending AS ({pending})
SELECT {columns}, code, reported_by, sum(messages)::bigint, sum(parts)::bigint
FROM (
    SELECT {key}, messages, parts FROM ({kept}) AS kept
    UNION ALL
    SELECT {key}, messages, parts FROM pending
) AS figure
WHERE {condition} GROUP BY {columns}, code, reported_by ORDER BY {columns}
""".replace("{pending}", _PENDING)
    .replace("{kept}", _KEPT)
    .replace("{key}", counting.KEY)
)

_LATENCIES = (
    """
WITH pending AS ({pending})
SELECT {at}, {sums}, NULL::integer, NULL::bigint FROM ({kept}) AS figure
WHERE latency IS NOT NULL AND {condition} GROUP BY 1
UNION ALL
SELECT {at}, NULL::bigint[], latency, sum(messages) FROM pending AS figure
WHERE latency IS NOT NULL AND {condition} GROUP BY 1, 3
""".replace("{pending}", _PENDING)
    .replace("{sums}", sums_of("latency"))
    .replace("{kept}", _KEPT)
)

_DAY = "date_trunc('day', hour, %(zone)s)"
_TEMPLATE = (
    "(SELECT template_id FROM reviews_templateversion AS version "
    "WHERE version.id = figure.template_version_id)"
)
BREAKDOWNS = {
    "application_id": "application_id",
    "signature_id": "signature_id",
    "template_id": _TEMPLATE,
    "type": "type",
    "sender": "sender",
    "source": "source",
    "place": "place",
    "region": "place & 31",
    "carrier": "place >> 5",
    "customer_id": "customer_id",
}
"""What figures may be broken down by, with the expression in the statement."""


@dataclass(frozen=True, slots=True)
class FailedCode:
    """How many messages failed with a code; `outcome` says how they count."""

    code: str
    outcome: Outcome
    messages: int


@dataclass(slots=True)
class Origin:
    """Failures whose codes come from one origin, as the code table has it; the most frequent first.

    `messages` is their sum.
    """

    origin: str
    messages: int = 0
    codes: list[FailedCode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of an hour, or a day, that begins `at`."""

    at: datetime
    figures: Figures
    latency: Percentiles


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a page shows of one selection: the same messages in every part of it."""

    figures: Figures
    points: list[Point]
    origins: list[Origin]
    latency: Percentiles


def report(filters: Filters) -> Report:
    """The totals, each hour or day from the first to the last, the failures, and the latency."""
    points = {at: Figures() for at in _steps(filters)}
    figures = Figures()
    failed: dict[tuple[str, int], int] = {}
    for at, code, reported_by, messages, parts in _rows(
        filters, _at(filters), by_hour=filters.is_hourly
    ):
        counted = {"code": code, "reported_by": reported_by, "messages": messages, "parts": parts}
        figures.count(**counted)
        points.setdefault(at, Figures()).count(**counted)
        if code != ACCEPTED and outcome_of(code, reported_by) is not Outcome.SUCCESS:
            failed[code, reported_by] = failed.get((code, reported_by), 0) + messages
    by_time = latencies(filters)
    return Report(
        figures,
        [Point(at, points[at], percentiles(by_time.get(at, {}))) for at in sorted(points)],
        _origins(failed),
        percentiles(_together(by_time)),
    )


def figures(filters: Filters) -> Figures:
    """The totals alone."""
    together = Figures()
    for _, code, reported_by, messages, parts in _rows(filters, "NULL::text"):
        together.count(code=code, reported_by=reported_by, messages=messages, parts=parts)
    return together


def today(customer_id: int | None) -> Figures:
    """The totals of the present day, of a customer or of all."""
    return figures(Filters.of_today(customer_id=customer_id))


def breakdown(filters: Filters, *, by: str) -> dict[Any, Figures]:
    """The totals by one of `BREAKDOWNS`; the keys are ids, numbers or texts as stored."""
    found: dict[Any, Figures] = {}
    for key, code, reported_by, messages, parts in _rows(filters, BREAKDOWNS[by]):
        found.setdefault(key, Figures()).count(
            code=code, reported_by=reported_by, messages=messages, parts=parts
        )
    return found


def detailed(filters: Filters) -> Iterator[tuple[tuple[Any, ...], Figures]]:
    """Totals by time, application, signature, template and type, in this order of their keys."""
    columns = f"{_at(filters)}, application_id, signature_id, {_TEMPLATE}, type"
    last: tuple[Any, ...] | None = None
    together = Figures()
    for *key, code, reported_by, messages, parts in _rows(
        filters, columns, by_hour=filters.is_hourly
    ):
        if last is not None and tuple(key) != last:
            yield last, together
            together = Figures()
        last = tuple(key)
        together.count(code=code, reported_by=reported_by, messages=messages, parts=parts)
    if last is not None:
        yield last, together


def latencies(filters: Filters) -> dict[datetime, dict[int, int]]:
    """By hour or day, how many delivered messages fell into which step of the latency."""
    found: dict[datetime, dict[int, int]] = {}
    for at, histogram, step, messages in _fetch(
        _LATENCIES, filters, by_hour=filters.is_hourly, at=_at(filters)
    ):
        steps = steps_of(histogram) if histogram else {step: messages}
        add_steps(found.setdefault(at, {}), steps)
    return found


def _rows(filters: Filters, columns: str, *, by_hour: bool = False) -> list[tuple[Any, ...]]:
    return _fetch(_FIGURES, filters, by_hour=by_hour, columns=columns)


def _fetch(
    statement: str, filters: Filters, *, by_hour: bool, **parts: str
) -> list[tuple[Any, ...]]:
    """Read with `by_hour` from hourly rows alone, else whole days from daily ones."""
    filled = statement.replace("{condition}", filters.condition())
    for name, part in parts.items():
        filled = filled.replace(f"{{{name}}}", part)
    hours = filters.start if by_hour else filters.whole_days_end
    parameters = filters.parameters() | {"zone": settings.SMS_TIME_ZONE, "hours": hours}
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(NO_JIT)
        cursor.execute(live(filled, FOLDED_LATE), parameters, prepare=False)
        return cursor.fetchall()


def _at(filters: Filters) -> str:
    return "hour" if filters.is_hourly else _DAY


def _steps(filters: Filters) -> Iterator[datetime]:
    """Where each hour, or local day, of the selection begins."""
    zone, at = platform_zone(), filters.start
    while at < filters.end:
        yield at
        if filters.is_hourly:
            at = (at.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
        else:
            at = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
            at = at.replace(tzinfo=zone)


def _origins(failed: Mapping[tuple[str, int], int]) -> list[Origin]:
    found: dict[str, Origin] = {}
    for (code, reported_by), messages in failed.items():
        name = status_code(code).origin
        origin = found.setdefault(name, Origin(name))
        origin.messages += messages
        origin.codes.append(FailedCode(code, outcome_of(code, reported_by), messages))
    for origin in found.values():
        origin.codes.sort(key=lambda one: (-one.messages, one.code))
    return sorted(found.values(), key=lambda one: (-one.messages, one.origin))


def _together(by_time: Mapping[datetime, Mapping[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for steps in by_time.values():
        add_steps(sums, steps)
    return sums
