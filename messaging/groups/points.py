"""When a task's figures are kept for its picture: often while it is young, then every minute."""

from datetime import datetime, timedelta

from messaging.models import GroupTask

FINE, COARSE = timedelta(seconds=10), timedelta(minutes=1)
_YOUNG = timedelta(minutes=10)
"""For so long after its start, up to a full minute, a task has fine points."""


def width_of(task: GroupTask, moment: datetime) -> timedelta:
    """How long the span is that a moment of a task falls into."""
    if task.started_at is None:
        return COARSE
    fine_until = _floored(task.started_at + _YOUNG, COARSE)
    return FINE if moment < fine_until else COARSE


def start_of(task: GroupTask, moment: datetime) -> datetime:
    """Where the span begins that a moment of a task falls into."""
    return _floored(moment, width_of(task, moment))


def _floored(moment: datetime, width: timedelta) -> datetime:
    seconds = int(width.total_seconds())
    whole = moment.replace(microsecond=0)
    return whole - timedelta(seconds=(whole.minute * 60 + whole.second) % seconds)
