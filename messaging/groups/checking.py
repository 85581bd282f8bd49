"""Read the file of a group task: good rows to the database, bad ones with line and reason."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.placeholders import CompiledText
from common.variables import rule_for
from messaging.models import GroupTask

from . import readers
from .preconditions import version_to_send
from .readers import Row
from .rows import RowCheck
from .states import State, advance
from .store import write_problems, write_rows
from .wording import in_language_of

log = structlog.get_logger(__name__)

CHUNK_ROWS = 10_000


def check(task_id: int) -> None:
    """Check the file of a task: CHECKING → CHECKED, or FAILED when the file itself is bad.

    Safe to run again and by several workers at once: the task's row stays locked, and everything
    is written in one transaction, so a worker that dies half-way leaves a task as it was.
    """
    try:
        with transaction.atomic():
            task = _claim(task_id)
            if task is not None:
                with in_language_of(task):
                    _check(task)
    except Refusal as refusal:
        _fail(task_id, refusal)


def _claim(task_id: int) -> GroupTask | None:
    tasks = GroupTask.objects.select_related("signature", "template__version", "created_by")
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


def _store(task: GroupTask, file: IO[bytes]) -> dict[str, int]:
    """Write all rows and problems of the file; return the totals as columns of the task."""
    version = version_to_send(task.template)
    row_check = RowCheck(
        text=CompiledText.parse(version.content),
        rules=[rule_for(variable["attribute"]) for variable in version.variable_attributes],
        signature=task.signature.name,
    )
    total = valid = duplicates = parts = 0
    for chunk in _chunks(readers.read(file)):
        checked = row_check.check(chunk)
        write_rows(task.pk, checked.good, first_position=valid + 1)
        write_problems(task.pk, checked.problems)
        total += checked.rows
        valid += len(checked.good)
        duplicates += checked.duplicates
        parts += sum(row.parts for row in checked.good)
        _refuse_too_many(total)
    return {
        "total_rows": total,
        "valid_rows": valid,
        "invalid_rows": total - valid - duplicates,
        "duplicate_rows": duplicates,
        "parts": parts,
    }


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        yield chunk


def _refuse_too_many(total: int) -> None:
    if total > settings.SMS_GROUP_MAX_ROWS:
        raise Refusal(
            "group_file_rows",
            _("The file has more than %(limit)d rows. Split it into several files."),
            field="file",
            params={"limit": settings.SMS_GROUP_MAX_ROWS},
        )


def _fail(task_id: int, refusal: Refusal) -> None:
    task = GroupTask.objects.select_related("created_by").get(pk=task_id)
    with in_language_of(task):
        reason = str(refusal)
    advance(
        GroupTask.objects.filter(pk=task_id),
        start=State.CHECKING,
        to=State.FAILED,
        failure=reason,
        finished_at=now(),
    )
    log.info("group file refused", group_task=task_id, code=refusal.code)
