"""How far a group task is: read from its counters, whatever its size (counting.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.models import GroupBlock, GroupPoint, GroupSlice, GroupTask

from . import check_progress, points
from .check_progress import CheckProgress
from .store import BLOCK_ROWS

_SHORTEST = timedelta(seconds=15)
"""A rate is measured over no less than this."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of a task: `total` is the sum of waiting, sent, delivered and failed.

    All but `accepted` may be some seconds old while the task is being sent.
    """

    total: int
    waiting: int
    """Not handed to the carrier yet, accepted or not."""

    sent: int
    """Handed over, without a status report."""

    delivered: int
    failed: int
    accepted: int
    remaining: int
    """Not accepted yet: what a pause or a stop keeps back."""

    failures: list[tuple[str, int]]
    """Status codes of failed numbers, the most frequent first."""

    rate: float
    """Numbers handed to the carrier a second, lately."""

    ends_at: datetime | None
    """When all will have been handed over at this rate; None while nobody can tell."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The numbers of a task that were not accepted, and in which line the first of them stands."""

    count: int
    first_line: int


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of a task at an instant, counted from its start."""

    at: datetime
    accepted: int
    sent: int
    delivered: int
    failed: int


def progress_of(task: GroupTask) -> Progress:
    """Where the numbers of a task are; one query, however many they are."""
    handed = task.sent_rows + task.delivered_rows + task.failed_rows
    waiting = task.valid_rows - handed
    rate = _rate(task, handed)
    ends_at = None
    if rate and waiting and task.counted_at and task.state == GroupTask.State.SUBMITTING:
        ends_at = task.counted_at + timedelta(seconds=waiting / rate)
    return Progress(
        total=task.valid_rows,
        waiting=waiting,
        sent=task.sent_rows,
        delivered=task.delivered_rows,
        failed=task.failed_rows,
        accepted=task.accepted_rows,
        remaining=task.valid_rows - task.accepted_rows,
        failures=sorted(task.failures.items(), key=lambda one: (-one[1], one[0])),
        rate=rate,
        ends_at=ends_at,
    )


def check_progress_of(task: GroupTask) -> CheckProgress | None:
    """How far the check of the recipients is; None before it began and after it ended."""
    if task.state != GroupTask.State.CHECKING:
        return None
    return check_progress.look(task.pk)


def unsent_of(task: GroupTask) -> Unsent | None:
    """Which numbers of a task were not accepted; None when all were."""
    unsent = GroupSlice.objects.filter(task=task, request_id=None).order_by("first")
    first = unsent.first()
    if first is None:
        return None
    block = GroupBlock.objects.get(
        task=task, first__lte=first.first, first__gt=first.first - BLOCK_ROWS
    )
    line = block.lines[first.first - block.first]
    return Unsent(task.valid_rows - task.accepted_rows, line)


def series_of(task: GroupTask) -> list[Point]:
    """The figures over time: one point for every span in which something changed (points.py)."""
    return [
        Point(_end(task, point), point.accepted, point.sent, point.delivered, point.failed)
        for point in GroupPoint.objects.filter(task=task).order_by("at")
    ]


def _rate(task: GroupTask, handed: int) -> float:
    """Numbers a second since the end of the last full span, or since the start."""
    if task.counted_at is None or task.started_at is None:
        return 0.0
    before = task.counted_at - _SHORTEST - points.COARSE
    point = GroupPoint.objects.filter(task=task, at__lte=before).order_by("-at").first()
    since, already = task.started_at, 0
    if point is not None:
        since = _end(task, point)
        already = point.sent + point.delivered + point.failed
    seconds = (task.counted_at - since).total_seconds()
    return max(0.0, (handed - already) / seconds) if seconds >= 1 else 0.0


def _end(task: GroupTask, point: GroupPoint) -> datetime:
    return point.at + points.width_of(task, point.at)
