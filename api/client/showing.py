"""What people and programs read: tables and facts, JSON, and a bar that grows."""

import json
import sys
import time
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

_WIDE = "WF"
_BAR_LENGTH = 24
_SELDOM_S = 10.0
"""How often progress is told where it goes into a file."""


def as_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Write rows under headings; `columns` are the names of values and what stands above them."""
    if not rows:
        say("Nothing found.")
        return
    cells = [[_text(row.get(name)) for name in columns] for row in rows]
    lines = [list(columns.values()), *cells]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        say("  ".join(padded).rstrip())


def facts(values: Mapping[str, Any]) -> None:
    """Write names and values below each other; those without a value are left out."""
    told = {name: _text(value) for name, value in values.items() if value not in (None, "", [])}
    width = max(map(_width, told), default=0)
    for name, text in told.items():
        say(f"{name}{' ' * (width - _width(name))}  {text}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


class ProgressBar:
    """How far a group task is, on the error stream: a bar on a terminal, lines in a file."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._state = ""
        self._told_at = 0.0

    def show(self, task: Mapping[str, Any]) -> None:
        text = progress_line(task)
        if self._is_terminal:
            self._stream.write(f"\r\x1b[2K{text}")
        elif task["state"] != self._state or time.monotonic() - self._told_at >= _SELDOM_S:
            self._stream.write(text + "\n")
            self._told_at = time.monotonic()
        self._state = task["state"]
        self._stream.flush()

    def end(self) -> None:
        if self._is_terminal and self._state:
            self._stream.write("\n")


def progress_line(task: Mapping[str, Any]) -> str:
    """One line: a bar of the numbers with a final status, then the counts."""
    counts, total = task["counts"], task["rows"]["valid"]
    done = counts["delivered"] + counts["failed"]
    share = done / total if total else 0.0
    full = round(share * _BAR_LENGTH)
    bar = "█" * full + "░" * (_BAR_LENGTH - full)
    told = f"{bar} {share:4.0%}  {task['state']}  {done:,}/{total:,}"
    more = [f"{counts[name]:,} {name}" for name in ("waiting", "sent", "failed") if counts[name]]
    if rate := task.get("messages_per_second"):
        more.append(f"{rate:,.0f}/s")
    return "  ".join([told, *more])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("\n", " ")


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in _WIDE else 1 for one in text)
