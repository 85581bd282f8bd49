"""A group task from the file to the last report, with the memory of every process."""

import time
from collections.abc import Callable
from pathlib import Path

import uvloop
import xlsxwriter  # type: ignore[import-untyped]

from . import client, group_tasks
from .peaks import peaks
from .stack import Stack
from .traffic import Shape, Traffic, Values

TIMEOUT_S = 1200.0
PROBE_S = 1.0
"""While a group is sent, an API message is sent every so often."""

_WAITED = """
SELECT COALESCE(max(extract(epoch FROM message.submitted_at - request.created_at)), 0)
FROM messaging_sendrequest AS request
JOIN messaging_message AS message ON message.id = request.id
WHERE request.source = 1 AND request.created_at >= to_timestamp(%s)
"""

Figures = dict[str, float]
Write = Callable[[Path, list[tuple[str, str]]], None]


class GroupBench:
    """Checks lists of `rows` numbers, as csv and as xlsx, and sends to the last one."""

    def __init__(self, stack: Stack, traffic: Traffic, rows: int) -> None:
        self._stack = stack
        self._traffic = traffic
        self._rows = rows
        self._checked = 0

    def check_csv(self) -> Figures:
        return self._check("csv", _write_csv)

    def check_xlsx(self) -> Figures:
        return self._check("xlsx", _write_xlsx)

    def send(self) -> Figures:
        """Everything accepted, sent through the simulated carrier and final."""
        stack, task = self._stack, self._checked
        with peaks(stack) as most:
            group_tasks.confirm(stack, task)
            group_tasks.wait(stack, task, "succeeded", timeout_s=TIMEOUT_S, meanwhile=self._probe())
        begun, ended = (
            group_tasks.column(stack, task, f"extract(epoch FROM {name})::float8")
            for name in ("started_at", "finished_at")
        )
        with stack.connect() as connection:
            row = connection.execute(_WAITED, [begun]).fetchone()
        return {
            "messages_per_s": self._rows / (ended - begun),
            "seconds": ended - begun,
            "api_waited_ms": float(row[0]) * 1000 if row else 0.0,
            **_named(most),
        }

    def _check(self, suffix: str, write: Write) -> Figures:
        stack = self._stack
        path = stack.local / f"numbers.{suffix}"
        batch = self._traffic.batch(self._rows, Values.OWN)
        write(path, list(zip(batch.numbers, batch.own, strict=True)))
        with peaks(stack) as most:
            task = group_tasks.create(stack, path)
            group_tasks.wait(stack, task, "checked", timeout_s=TIMEOUT_S)
            ended = time.time()
        path.unlink()
        self._checked = task
        begun = group_tasks.column(stack, task, "extract(epoch FROM created_at)::float8")
        assert group_tasks.column(stack, task, "valid_rows") == self._rows
        return {
            "rows_per_s": self._rows / (ended - begun),
            "seconds": ended - begun,
            **_named(most),
        }

    def _probe(self) -> Callable[[], None]:
        """Sends one API message when the last one was sent long enough ago."""
        next_at = time.monotonic()

        def probe() -> None:
            nonlocal next_at
            if time.monotonic() < next_at:
                return
            next_at = time.monotonic() + PROBE_S
            requests = self._traffic.requests(1, numbers_each=1, shape=Shape())
            sending = client.send(requests, address=self._stack.address, connections=1)
            uvloop.run(sending).check_accepted(1)

        return probe


def _named(most: dict[str, float]) -> Figures:
    return {f"{program}_peak_mb": memory_mb for program, memory_mb in most.items()}


def _write_csv(path: Path, rows: list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{number},{value}\n" for number, value in rows)


def _write_xlsx(path: Path, rows: list[tuple[str, str]]) -> None:
    """As number cells with one value for all: a million rows of text are more than 12 MB."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for line, (number, _value) in enumerate(rows):
            sheet.write_number(line, 0, int(number.removeprefix("+86")))
            sheet.write_string(line, 1, rows[0][1])
