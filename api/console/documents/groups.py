"""Group tasks in answers."""

from collections.abc import Callable
from typing import Any

from api.management.documents.common import local_stamp
from messaging.groups.problems import ProblemLine
from messaging.groups.progress import Progress
from messaging.groups.results import ResultRow
from messaging.models import GroupTask

Shown = Callable[[str], str]
"""Writes a number as the caller may see it."""

_NEVER_STARTED = (GroupTask.State.CANCELED, GroupTask.State.FAILED)


def task(row: GroupTask) -> dict[str, Any]:
    """A task with its counts, some seconds old while it is being sent; `accepted` is exact."""
    return {
        "id": str(row.public_id),
        "name": row.name,
        "state": row.state,
        "is_settled": _is_settled(row),
        "failure": row.failure,
        "app_id": str(row.application.public_id),
        "app_name": row.application.name,
        "sign_id": str(row.signature.public_id),
        "signature_name": row.signature.name,
        "template_id": row.template.template_id or "",
        "template_name": row.template.name,
        "file_name": row.file_name,
        "rate": row.rate,
        "rows": {
            "total": row.total_rows,
            "valid": row.valid_rows,
            "invalid": row.invalid_rows,
            "duplicate": row.duplicate_rows,
            "blocked": row.blocked_rows,
        },
        "parts": row.parts,
        "counts": {
            "accepted": row.accepted_rows,
            "waiting": row.valid_rows - row.sent_rows - row.delivered_rows - row.failed_rows,
            "sent": row.sent_rows,
            "delivered": row.delivered_rows,
            "failed": row.failed_rows,
        },
        "create_time": local_stamp(row.created_at),
        "scheduled_at": local_stamp(row.scheduled_at),
        "start_time": local_stamp(row.started_at),
        "end_time": local_stamp(row.finished_at),
    }


def shown_task(row: GroupTask, progress: Progress) -> dict[str, Any]:
    """The same with what only the page of one task says."""
    return task(row) | {
        "notes": [str(note) for note in row.notes],
        "problems": [
            {
                "category": one.category,
                "kind": one.kind,
                "reason": one.reason,
                "count": one.count,
                "first_line": one.first_line,
            }
            for one in row.problems.all()
        ],
        "failures": [{"code": code, "count": count} for code, count in progress.failures],
        "messages_per_second": round(progress.rate, 1),
        "expected_end_time": local_stamp(progress.ends_at),
    }


def number(row: ResultRow, sms_msg_id: str, shown: Shown) -> dict[str, Any]:
    return {
        "position": row.position,
        "line": row.line,
        "number": shown(row.recipient),
        "outcome": row.outcome.value,
        "code": row.code,
        "sms_msg_id": sms_msg_id,
        "send_time": local_stamp(row.submitted_at),
        "report_time": local_stamp(row.finished_at),
    }


def problem(row: ProblemLine, shown: Shown) -> dict[str, Any]:
    return {"line": row.line, "value": shown(row.value), "reason": row.reason, "kind": row.kind}


def _is_settled(row: GroupTask) -> bool:
    """Whether nothing more will change: it never starts, or each message has its final status."""
    if row.started_at is None:
        return row.state in _NEVER_STARTED
    return row.is_counted and row.state != GroupTask.State.PAUSED
