"""Results as JSON for tools and as a table for people."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from .measure import Result, Spread, cpu_ratios, ratios
from .plan import Plan
from .stack import Stack

ACCEPTING = {
    "numbers_per_s": "numbers/s",
    "requests_per_s": "requests/s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
}
UNITS = {
    "messages_per_s": "messages/s",
    "callbacks_per_s": "callbacks/s",
    "rows_per_s": "rows/s",
    "cpu_us": "µs of CPU each",
    "peak_mb": "most memory, MB",
    "api_waited_ms": "longest wait of an API message, ms",
}


def as_json(results: Sequence[Result], plan: Plan, stack: Stack) -> dict[str, Any]:
    """Everything that was measured and on what; spreads are over the rounds."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "mode": plan.name,
        "rounds": plan.rounds,
        "plan": asdict(plan),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "postgresql": stack.postgresql(),
        },
        "scenarios": {
            result.scenario.name: {
                "figures": _dicts(result.spreads()),
                "programs": _dicts(result.programs()),
            }
            for result in results
        },
        "ratios": _dicts(ratios(results)),
        "cpu_ratios": _dicts(cpu_ratios(results)),
    }


def as_table(results: Sequence[Result], summary: dict[str, Any]) -> str:
    """The same for reading, as medians of the rounds; one blank line between the tables."""
    machine = summary["machine"]
    postgresql = machine["postgresql"]
    title = (
        f"{summary['date']} · {machine['cores']} cores · Python {machine['python']} · "
        f"PostgreSQL {postgresql['version']} (fsync {postgresql['fsync']}, synchronous_commit "
        f"{postgresql['synchronous_commit']}) · {summary['rounds']} rounds · "
        f"{summary['mode']} mode"
    )
    accepting = [result for result in results if "numbers_per_s" in result.rounds[0]]
    road = [result for result in results if result not in accepting]
    tables = [_accepting(accepting), _figures(road), _programs(results)]
    return "\n\n".join([title, *filter(None, tables)])


def _accepting(results: Sequence[Result]) -> str:
    """A row for each scenario; its share of the limit with the lowest and highest of a round."""
    if not results:
        return ""
    rows = [("scenario", "", *ACCEPTING.values(), "share of the limit")]
    shares = _shares(results)
    for result in results:
        spreads = result.spreads()
        figures = [_cell(spreads[name].median) if name in spreads else "" for name in ACCEPTING]
        share = shares.get(result.scenario.name, "")
        rows.append((result.scenario.name, result.scenario.title, *figures, share))
    return _aligned(rows, left=(0, 1, len(rows[0]) - 1))


def _figures(results: Sequence[Result]) -> str:
    if not results:
        return ""
    rows = [("scenario", "", "median", "lowest", "highest", "share of the limit")]
    shares = _shares(results)
    for result in results:
        title = result.scenario.title
        share = shares.get(result.scenario.name, "")
        for name, spread in result.spreads().items():
            cells = map(_cell, (spread.median, spread.lowest, spread.highest))
            rows.append((title, UNITS.get(name, name.replace("_", " ")), *cells, share))
            title = share = ""
    return _aligned(rows, left=(0, 1, 5))


def _shares(results: Sequence[Result]) -> dict[str, str]:
    """By scenario: its share of its limit in words, with the lowest and highest of a round."""
    words = {}
    for names, share in ratios(results).items():
        name, limit = names.split("/")
        words[name] = f"{_spread(share)} of {limit}"
    for names, share in cpu_ratios(results).items():
        words[names.partition("/")[0]] += f", with {_spread(share)} of its CPU time"
    return words


def _spread(share: Spread) -> str:
    return f"{share.median:.2f} ({share.lowest:.2f}–{share.highest:.2f})"


def _programs(results: Sequence[Result]) -> str:
    """CPU seconds of a round by program, and below the most memory of all rounds."""
    used = [result.programs() for result in results]
    programs = list(used[0])
    rows = [("CPU s in a round", *programs)]
    for result, one in zip(results, used, strict=True):
        cpu = [f"{one[name].cpu_s:.2f}" if name in one else "-" for name in programs]
        rows.append((result.scenario.name, *cpu))
    most = [max(one[name].memory_mb for one in used if name in one) for name in programs]
    rows.append(("memory MB", *(f"{memory:.0f}" for memory in most)))
    return _aligned(rows, left=(0,))


def _cell(value: float) -> str:
    return format(value, ",.0f" if value >= 100 else ".1f")


def _aligned(rows: Sequence[Sequence[str]], *, left: Sequence[int]) -> str:
    """Columns with the numbers `left` to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _dicts(named: dict[str, Any]) -> dict[str, Any]:
    return {name: asdict(value) for name, value in named.items()}
