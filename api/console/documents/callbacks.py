"""Pushes of status reports in answers."""

from typing import Any

from api.management.documents.common import local_stamp
from messaging.models import Callback, CallbackAttempt
from messaging.queries import AddressState, CallbackDetail, LogEntry
from messaging.services.answers import meaning_of

from .messages import Shown

_KINDS = {1: "report", 2: "batch", 3: "uplink"}


def attempt(row: LogEntry, shown: Shown) -> dict[str, Any]:
    """An attempt, or a report not attempted yet: then its number is 0."""
    return {
        "sms_msg_id": row.sms_msg_id,
        "sequence": row.sequence,
        "number": shown(row.recipient),
        "app_name": row.application_name,
        "url": row.url,
        "state": Callback.State(row.state).name,
        "next_attempt_time": local_stamp(row.next_attempt_at) if row.is_due else None,
        **_call(row.number, row.at, row.http_status, row.error, row.elapsed_ms),
    }


def detail(found: CallbackDetail) -> dict[str, Any]:
    callback = found.callback
    is_due = callback.state == Callback.State.DUE
    return {
        "sms_msg_id": found.message.sms_msg_id,
        "sequence": callback.sequence,
        "url": found.target.url,
        "state": Callback.State(callback.state).name,
        "next_attempt_time": local_stamp(callback.next_attempt_at) if is_due else None,
        "attempts": [_attempt(one) for one in found.attempts],
    }


def address(row: AddressState) -> dict[str, Any]:
    return {
        "url": row.url,
        "kind": _KINDS[row.kind],
        "failures": row.failures,
        "open_until": local_stamp(row.open_until),
        "waiting": row.waiting,
        "oldest_time": local_stamp(row.oldest_at),
    }


def _attempt(row: CallbackAttempt) -> dict[str, Any]:
    called = _call(row.number, row.at, row.http_status, row.error, row.elapsed_ms)
    return called | {"answer": row.answer}


def _call(
    number: int, at: Any, http_status: int | None, error: str, elapsed_ms: int | None
) -> dict[str, Any]:
    meaning = meaning_of(http_status, error)
    return {
        "attempt": number,
        "time": local_stamp(at),
        "http_status": http_status,
        "error": error,
        "meaning": meaning.text,
        "remedy": meaning.remedy,
        "elapsed_ms": elapsed_ms,
    }
