"""Read the recipients of a group task: good rows to the database, bad ones by line and reason."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.placeholders import CompiledText
from common.variables import rule_for
from messaging.models import GroupProblem, GroupTask

from . import readers
from .blocking import move_blocked
from .check_progress import Meter
from .preconditions import version_to_send
from .readers import Reading, Row
from .rows import RowCheck
from .states import State, advance
from .store import ProblemStore, RowStore

log = structlog.get_logger(__name__)

CHUNK_ROWS = 10_000


def check(task_id: int) -> None:
    """Check the recipients of a task: CHECKING → CHECKED, or FAILED when the file itself is bad.

    Safe to run again and by several workers at once: the task's row stays locked, and everything
    is written in one transaction, so a worker that dies half-way leaves a task as it was. How far
    it is can be seen meanwhile (check_progress.py).
    """
    try:
        with transaction.atomic():
            task = _claim(task_id)
            if task is not None:
                _check(task)
    except Refusal as refusal:
        _fail(task_id, refusal)


def _claim(task_id: int) -> GroupTask | None:
    tasks = GroupTask.objects.select_related("signature", "template__version")
    return (
        tasks.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=task_id, state=State.CHECKING)
        .first()
    )


def _check(task: GroupTask) -> None:
    try:
        with task.file.open("rb") as file:
            totals = _store(task, file)
    except FileNotFoundError as error:
        raise Refusal(
            "group_file_gone", _("The file is no longer there. Upload it again."), field="file"
        ) from error
    if not totals["total_rows"]:
        raise Refusal(
            "group_file_empty",
            _("The file holds no numbers. Write them into column A, one in each row."),
            field="file",
        )
    advance(GroupTask.objects.filter(pk=task.pk), start=State.CHECKING, to=State.CHECKED, **totals)
    log.info("group file checked", group_task=task.pk, **totals)


def _store(task: GroupTask, file: IO[bytes]) -> dict[str, Any]:
    """Write all rows and problems of the file; return the totals as columns of the task."""
    meter = Meter(task.pk)
    reading = readers.read(file, tell=meter.tell)
    row_check = _row_check(task, reading)
    rows, problems = RowStore(task.pk), ProblemStore(task.pk)
    total = valid = parts = blocked = 0
    for first_line, chunk in _chunks(reading.rows):
        checked = row_check.check(chunk, first_line=first_line)
        blocked += move_blocked(task, checked)
        rows.write(checked.good)
        problems.write(checked.problems)
        total += checked.rows
        valid += len(checked.good)
        parts += sum(checked.good.parts)
        _refuse_too_many(total)
        meter.tell(reading.share(), rows=total)
    rows.flush()
    problems.flush()
    duplicates = problems.count(GroupProblem.Category.DUPLICATE)
    return {
        "total_rows": total,
        "valid_rows": valid,
        "duplicate_rows": duplicates,
        "blocked_rows": blocked,
        "invalid_rows": total - valid - duplicates - blocked,
        "parts": parts,
        "notes": list(reading.notes),
    }


def _row_check(task: GroupTask, reading: Reading) -> RowCheck:
    version = version_to_send(task.template)
    return RowCheck(
        text=CompiledText.parse(version.content),
        rules=[rule_for(variable["attribute"]) for variable in version.variable_attributes],
        signature=task.signature.name,
        spoiled=reading.spoiled,
    )


def _chunks(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Lines in chunks, each with the number of its first line."""
    iterator = iter(rows)
    line = 1
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        yield line, chunk
        line += len(chunk)


def _refuse_too_many(total: int) -> None:
    if total > settings.SMS_GROUP_MAX_ROWS:
        raise Refusal(
            "group_file_rows",
            _(
                "The file has more than %(limit)d rows. None of them was taken. Split it into "
                "several files."
            ),
            field="file",
            params={"limit": settings.SMS_GROUP_MAX_ROWS},
        )


def _fail(task_id: int, refusal: Refusal) -> None:
    advance(
        GroupTask.objects.filter(pk=task_id),
        start=State.CHECKING,
        to=State.FAILED,
        failure=refusal,
        finished_at=now(),
    )
    log.info("group file refused", group_task=task_id, code=refusal.code)
