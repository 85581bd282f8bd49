"""Messages in answers."""

from collections.abc import Callable, Iterable
from typing import Any

from api.management.documents.common import local_stamp
from messaging.models import Message
from messaging.models.part import Source
from messaging.queries import Result
from messaging.queries.search import STATES
from messaging.services.timeline import Timeline

Shown = Callable[[str], str]
"""Writes a number as the caller may see it."""

_RESULTS = {state.value: result.value for result in Result for state in STATES[result]}


def messages(
    rows: Iterable[Message], sources: dict[int, Source], shown: Shown
) -> list[dict[str, Any]]:
    """Each with its request, application and template; `sources` are those of the final ones."""
    return [message(row, sources.get(row.id), shown) for row in rows]


def message(row: Message, source: Source | None, shown: Shown) -> dict[str, Any]:
    request = row.request
    template = request.template_version.template
    return {
        "sms_msg_id": row.sms_msg_id,
        "number": shown(row.recipient),
        "result": _RESULTS[row.state],
        "state": row.State(row.state).name,
        "code": row.code,
        "source": source.value if source else None,
        "parts": row.parts,
        "app_id": str(request.application.public_id),
        "app_name": request.application.name,
        "template_id": (template.template_id or "") if template else "",
        "template_name": template.name if template else "",
        "type": request.type,
        "signature_name": request.signature_name,
        "channel_num": request.sender,
        "sent_by": request.Source(request.source).name,
        "submit_time": local_stamp(request.created_at),
        "send_time": local_stamp(row.submitted_at),
        "report_time": local_stamp(row.finished_at),
    }


def timeline(found: Timeline, source: Source | None, shown: Shown) -> dict[str, Any]:
    task = found.group_task
    return message(found.message, source, shown) | {
        "task_id": str(task.public_id) if task else None,
        "is_settled": found.is_settled,
        "verdict": found.verdict.text,
        "remedy": found.verdict.remedy,
        "steps": [
            {
                "time": local_stamp(step.at),
                "title": step.title,
                "detail": step.detail,
                "remedy": step.remedy,
                "sequence": step.sequence,
            }
            for step in found.steps
        ],
    }
