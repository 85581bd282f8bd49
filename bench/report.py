"""Results as JSON for tools and as a table for people."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from .measure import Result, Spread, ratios
from .scenarios import Plan
from .stack import Stack

UNITS = {
    "numbers_per_s": "numbers/s",
    "requests_per_s": "requests/s",
    "messages_per_s": "messages/s",
    "callbacks_per_s": "callbacks/s",
    "p50_ms": "ms, median",
    "p99_ms": "ms, 99 % below",
}


def as_json(results: Sequence[Result], plan: Plan, stack: Stack) -> dict[str, Any]:
    """Everything that was measured and on what; spreads are over the rounds."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "mode": plan.name,
        "rounds": plan.rounds,
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "postgresql": stack.postgresql_version(),
        },
        "scenarios": {
            result.scenario.name: {
                "figures": _dicts(result.spreads()),
                "programs": _dicts(result.programs()),
            }
            for result in results
        },
        "ratios": _dicts(ratios(results)),
    }


def as_table(results: Sequence[Result], summary: dict[str, Any]) -> str:
    """The same for reading; one blank line between the tables."""
    machine = summary["machine"]
    title = (
        f"{summary['date']} · {machine['cores']} cores · Python {machine['python']} · "
        f"PostgreSQL {machine['postgresql']} · {summary['rounds']} rounds · {summary['mode']} mode"
    )
    return "\n\n".join([title, _figures(results), _ratios(results), _programs(results)])


def _figures(results: Iterable[Result]) -> str:
    rows = [("scenario", "", "median", "lowest", "highest")]
    for result in results:
        title = result.scenario.title
        for name, spread in result.spreads().items():
            rows.append((title, UNITS[name], *_cells(spread)))
            title = ""
    return _aligned(rows)


def _ratios(results: Iterable[Result]) -> str:
    rows = [("share of the limit", "median", "lowest", "highest")]
    rows += [(name, *_cells(spread, ".2f")) for name, spread in ratios(results).items()]
    return _aligned(rows)


def _programs(results: Sequence[Result]) -> str:
    """CPU seconds of a round by scenario, and the most memory of all."""
    used = [result.programs() for result in results]
    names = [result.scenario.name for result in results]
    rows = [("CPU s in a round", *names, "memory MB")]
    for program in used[0]:
        looks = [one[program] for one in used if program in one]
        cpu = [f"{one[program].cpu_s:.2f}" if program in one else "-" for one in used]
        rows.append((program, *cpu, f"{max(look.memory_mb for look in looks):.0f}"))
    return _aligned(rows)


def _cells(spread: Spread, form: str = "") -> tuple[str, str, str]:
    def cell(value: float) -> str:
        return format(value, form or (",.0f" if value >= 100 else ".1f"))

    return cell(spread.median), cell(spread.lowest), cell(spread.highest)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of text to the left, columns of numbers, told by the last row, to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    is_number = [cell[:1].isdigit() for cell in rows[-1]]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in rows
    )


def _dicts(named: dict[str, Any]) -> dict[str, Any]:
    return {name: asdict(value) for name, value in named.items()}
