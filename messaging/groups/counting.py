"""Count what became of the numbers of tasks: into the counters that pages show.

Slices whose messages are all final are counted once and for all; the open ones again and again,
in such a rhythm that counting takes no more than a tenth of the time. So no page counts anything.
"""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from common.clock import now
from common.sql import only_row, slice_cursor
from messaging.models import GroupPoint, GroupTask, Message

from . import points
from .states import State, advance

REST = 9
"""How many times as long as a count took there is none."""
_SOONEST = timedelta(seconds=1)
_LATEST = timedelta(seconds=30)
"""While nothing changes the counts become as rare as this."""

_LOCKS = 0x67726F76

# Slice by slice: as a join on ranges the planner takes it for a ninth of the table.
_OPEN = """
SELECT slice.id, message.state, message.code, message.count
FROM messaging_groupslice AS slice
LEFT JOIN LATERAL (
    SELECT state, code, count(*) AS count FROM messaging_message AS message
    WHERE id BETWEEN slice.request_id AND slice.request_id + slice.last - slice.first
    GROUP BY state, code
) AS message ON true
WHERE slice.task_id = %(task)s AND slice.request_id IS NOT NULL AND NOT slice.is_settled
"""
_SETTLE = """
UPDATE messaging_groupslice AS slice
SET is_settled = true, delivered = settled.delivered, failures = settled.failures::jsonb
FROM unnest(%(ids)s::bigint[], %(delivered)s::integer[], %(failures)s::text[])
     AS settled (id, delivered, failures)
WHERE slice.id = settled.id
"""
_SETTLED = """
SELECT COALESCE(sum(delivered), 0), (
    SELECT COALESCE(jsonb_object_agg(code, count), '{}') FROM (
        SELECT code, sum(count::integer) AS count
        FROM messaging_groupslice AS slice, jsonb_each_text(slice.failures) AS failed (code, count)
        WHERE slice.task_id = %(task)s AND slice.is_settled AND slice.failures IS NOT NULL
        GROUP BY code
    ) AS by_code
)
FROM messaging_groupslice WHERE task_id = %(task)s AND is_settled
"""


@dataclass(slots=True)
class _Counts:
    """What became of messages: how many wait, are sent, arrived, failed with which code."""

    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def is_final(self) -> bool:
        return not (self.waiting or self.sent)

    def add(self, state: int | None, code: str, count: int) -> None:
        if state is None:  # the messages were dropped with their day, long after their end
            return
        if state < Message.State.SUBMITTED:
            self.waiting += count
        elif state < Message.FIRST_FINAL:
            self.sent += count
        elif state == Message.State.DELIVERED:
            self.delivered += count
        else:
            self.failures[code] += count


def count_due(moment: datetime) -> int:
    """Count tasks whose turn it is, close those that are done; return how many were counted."""
    uncounted = GroupTask.objects.filter(started_at__isnull=False, is_counted=False)
    due = uncounted.exclude(recount_at__gt=moment).values_list("pk", flat=True)
    return sum(count(task_id) for task_id in due)


def count(task_id: int) -> bool:
    """Bring the counters of a task up to date; False when another process is at it.

    A task whose numbers all have a status report becomes SUCCEEDED (spec console §9.3).
    """
    began = time.monotonic()
    with transaction.atomic():
        with slice_cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, task_id % 2**31])
            if not only_row(cursor)[0]:
                return False
            open_ = _settle(cursor, task_id)
            delivered, failures = _settled(cursor, task_id)
        for one in open_:
            delivered += one.delivered
            failures.update(one.failures)
        sent = sum(one.sent for one in open_)
        _write(
            GroupTask.objects.select_for_update().get(pk=task_id),
            {
                "sent_rows": sent,
                "delivered_rows": delivered,
                "failed_rows": failures.total(),
                "failures": dict(failures.most_common()),
            },
            is_open=bool(open_),
            took=timedelta(seconds=time.monotonic() - began),
        )
    return True


def _settle(cursor: Any, task_id: int) -> list[_Counts]:
    """Mark slices that are final now as settled; return the counts of those that are not."""
    by_slice: dict[int, _Counts] = {}
    cursor.execute(_OPEN, {"task": task_id})
    for slice_id, state, code, count in cursor.fetchall():
        by_slice.setdefault(slice_id, _Counts()).add(state, code, count)
    final = {slice_id: one for slice_id, one in by_slice.items() if one.is_final}
    if final:
        failures = [json.dumps(one.failures) if one.failures else None for one in final.values()]
        parameters = {
            "ids": list(final),
            "delivered": [one.delivered for one in final.values()],
            "failures": failures,
        }
        cursor.execute(_SETTLE, parameters)
    return [one for one in by_slice.values() if not one.is_final]


def _settled(cursor: Any, task_id: int) -> tuple[int, Counter[str]]:
    cursor.execute(_SETTLED, {"task": task_id})
    delivered, failures = only_row(cursor)
    return int(delivered), Counter(_loaded(failures))


def _loaded(document: Any) -> dict[str, int]:
    return dict(json.loads(document) if isinstance(document, str) else document)


def _write(task: GroupTask, counters: dict[str, Any], *, is_open: bool, took: timedelta) -> None:
    moment = now()
    is_changed = any(getattr(task, name) != value for name, value in counters.items())
    for name, value in counters.items():
        setattr(task, name, value)
    task.recount_at = moment + _pause(task, is_changed, took)
    task.counted_at = moment
    task.is_counted = not is_open and task.state != State.SUBMITTING
    task.save(update_fields=[*counters, "recount_at", "counted_at", "is_counted"])
    _point(task, moment)
    if not is_open and task.accepted_rows == task.valid_rows:
        this = GroupTask.objects.filter(pk=task.pk)
        ending = {"finished_at": moment, "is_counted": True}
        advance(this, start=State.SUBMITTING, to=State.SUCCEEDED, **ending)


def _pause(task: GroupTask, is_changed: bool, took: timedelta) -> timedelta:
    shortest = max(_SOONEST, took * REST)
    if is_changed or task.counted_at is None or task.recount_at is None:
        return shortest
    return max(shortest, min(_LATEST, 2 * (task.recount_at - task.counted_at)))


def _point(task: GroupTask, moment: datetime) -> None:
    """Keep the counters as they are at the end of each span in which something changed."""
    figures = {
        "accepted": task.accepted_rows,
        "sent": task.sent_rows,
        "delivered": task.delivered_rows,
        "failed": task.failed_rows,
    }
    last = GroupPoint.objects.filter(task=task).order_by("-at").values(*figures).first()
    if last != figures:
        at = points.start_of(task, moment)
        GroupPoint.objects.update_or_create(task=task, at=at, defaults=figures)
