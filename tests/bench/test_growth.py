"""Every axis of growth with tiny counts, on one stack: that it measures what it says."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.growth import SMALL, Growth
from bench.plot import draw_growth
from bench.stack import Stack, own_stack
from tests.services import NOT_PASSED_ON

ACCEPTING = {"numbers_per_s_at_500", "requests_per_s_of_1"}
ROAD = {"end_to_end_messages_per_s"}


class Starts:
    """Gives the same stack again and again, and remembers how many processes were asked for."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.asked: list[dict[str, int]] = []

    @contextmanager
    def __call__(self, **processes: int) -> Iterator[Stack]:
        self.asked.append(processes)
        yield self._stack


@pytest.fixture
def stack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name in NOT_PASSED_ON:
        monkeypatch.delenv(name, raising=False)
    with own_stack(folder / "stack") as stack:
        yield stack


def counted(stack: Stack, table: str) -> int:
    with stack.connect() as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_each_axis_has_its_points_and_is_drawn(stack: Stack, folder: Path) -> None:
    start = Starts(stack)
    customers = counted(stack, "customers_customer")

    found = {axis: list(points()) for axis, points in Growth(SMALL, start).axes().items()}

    sizes = {
        "web processes": SMALL.processes,
        "carrier processes": SMALL.processes,
        "stored messages": SMALL.messages,
        "customers": SMALL.customers,
        "busy applications": SMALL.busy,
    }
    assert {axis: tuple(at for at, _ in points) for axis, points in found.items()} == sizes
    figures = {
        axis: {name for _, point in points for name in point} for axis, points in found.items()
    }
    accepting = dict.fromkeys(("web processes", "customers", "busy applications"), ACCEPTING)
    assert figures == accepting | {
        "carrier processes": ROAD,
        "stored messages": ACCEPTING | ROAD,
    }
    assert all(
        rate > 0 for points in found.values() for _, point in points for rate in point.values()
    )
    assert start.asked == [{"web": 1}, {"web": 2}, {"carriers": 1}, {"carriers": 2}, {}, {}, {}]
    copies = max(SMALL.customers) - 1 + max(SMALL.busy) - 1
    assert counted(stack, "customers_customer") == customers + copies
    older = "messaging_message WHERE finished_at < now() - interval '20 hours'"
    assert counted(stack, older) == max(SMALL.messages) // 1500 * 1500

    results = {
        axis: [{"at": at, **point} for at, point in points] for axis, points in found.items()
    }
    drawn = draw_growth(results, folder / "pictures")
    assert {file.name for file in drawn} == {
        f"growth-{axis.replace(' ', '-')}.svg" for axis in sizes
    }
    assert all(file.read_text(encoding="utf-8").count("<path") > 5 for file in drawn)
    shutil.rmtree(folder / "pictures")
