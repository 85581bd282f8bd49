"""The one way in which a group task changes its state."""

from typing import Any

from messaging.models import GroupTask
from messaging.models.group import GroupTaskQuerySet

State = GroupTask.State


def advance(tasks: GroupTaskQuerySet, *, start: State, to: State, **changes: Any) -> int:
    """Move those of `tasks` that stand in `start`; return how many moved.

    One conditional UPDATE, so that of two processes only one moves a task. `changes` are columns
    set in the same breath. Raises ValueError for a step that `GroupTask.NEXT` does not know.
    """
    if to not in GroupTask.NEXT[start]:
        raise ValueError(f"a group task does not go from {start} to {to}")
    return tasks.filter(state=start).update(state=to, **changes)
