"""What became of each number of a group task: pages of them, and streams of the failed ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.sql import slice_cursor
from messaging.models import GroupTask, Message

from .blocks import GoodRow, good_rows
from .store import BLOCK_ROWS


class Outcome(models.TextChoices):
    """Where a number is (spec console §9.3)."""

    WAITING = "waiting", _("Waiting for the carrier")
    SENT = "sent", pgettext_lazy("outcome of messages", "Sending")
    DELIVERED = "delivered", _("Successful")
    FAILED = "failed", _("Failed")


_STATES = {
    Outcome.WAITING: [Message.State.ACCEPTED.value],
    Outcome.SENT: [Message.State.SUBMITTED.value, Message.State.UNKNOWN.value],
    Outcome.DELIVERED: [Message.State.DELIVERED.value],
    Outcome.FAILED: [Message.State.FAILED.value, Message.State.EXPIRED.value],
}
_OUTCOMES = {state: outcome for outcome, states in _STATES.items() for state in states}
_STREAMED = 2000

# Settled slices know what is in them, so those without anything wanted are not looked into.
_PAGE = """
SELECT slice.first + (message.id - slice.request_id), message.id, message.recipient,
       message.state, message.code, message.submitted_at, message.finished_at
FROM messaging_groupslice AS slice
CROSS JOIN LATERAL (
    SELECT id, recipient, state, code, submitted_at, finished_at
    FROM messaging_message AS message
    WHERE message.id BETWEEN slice.request_id + GREATEST(0, %(after)s - slice.first + 1)
                         AND slice.request_id + slice.last - slice.first
      AND (%(states)s::smallint[] IS NULL OR message.state = ANY(%(states)s::smallint[]))
      AND (%(codes)s::text[] IS NULL OR message.code = ANY(%(codes)s::text[]))
      AND (%(recipient)s::text IS NULL OR message.recipient = %(recipient)s::text)
    ORDER BY message.id LIMIT %(limit)s
) AS message
WHERE slice.task_id = %(task)s AND slice.request_id IS NOT NULL AND slice.last > %(after)s
  AND NOT (slice.is_settled AND (%(open)s OR (%(delivered)s AND slice.delivered = 0)
                                 OR (%(failed)s AND slice.failures IS NULL)))
  AND NOT (slice.is_settled AND %(codes)s::text[] IS NOT NULL
           AND NOT COALESCE(slice.failures ?| %(codes)s::text[], false)
           AND NOT 'DELIVRD' = ANY(%(codes)s::text[]))
ORDER BY slice.first, message.id LIMIT %(limit)s
"""
_UNSENT = """
SELECT first, last FROM messaging_groupslice AS slice
WHERE task_id = %(task)s AND request_id IS NULL AND last > %(after)s
  AND (%(recipient)s::text = '' OR EXISTS (
      SELECT FROM messaging_groupblock AS block
      WHERE block.task_id = slice.task_id
        AND block.first BETWEEN slice.first - %(block)s AND slice.last
        AND %(recipient)s = ANY (block.recipients)
  ))
ORDER BY first LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A number and what became of it; `message_id` is None until it is accepted."""

    position: int
    line: int
    recipient: str
    values: Sequence[str]
    outcome: Outcome
    code: str = ""
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    message_id: int | None = None


def page(
    task: GroupTask,
    *,
    outcome: Outcome | None = None,
    code: str = "",
    recipient: str = "",
    after: int = 0,
    limit: int = 50,
) -> list[ResultRow]:
    """The next `limit` numbers of a task behind the position `after` that match.

    `recipient` is a number as it is stored, `+8613800138000`.
    """
    found = _messages(
        task,
        states=_STATES[outcome] if outcome else None,
        codes=[code] if code else None,
        recipient=recipient or None,
        after=after,
        limit=limit,
    )
    if outcome in (None, Outcome.WAITING) and not code:
        found += _unsent(task, recipient=recipient, after=after, limit=limit)
    return sorted(found, key=lambda row: row.position)[:limit]


def failed(task: GroupTask, codes: Sequence[str] = ()) -> Iterator[ResultRow]:
    """All numbers that failed, or those with one of the status codes, in the order of the file."""
    after = 0
    while True:
        rows = _messages(
            task,
            states=_STATES[Outcome.FAILED],
            codes=list(codes) or None,
            recipient=None,
            after=after,
            limit=_STREAMED,
        )
        yield from rows
        if len(rows) < _STREAMED:
            return
        after = rows[-1].position


def _messages(
    task: GroupTask,
    *,
    states: list[int] | None,
    codes: list[str] | None,
    recipient: str | None,
    after: int,
    limit: int,
) -> list[ResultRow]:
    wanted = states or []
    parameters = {
        "task": task.pk,
        "states": states,
        "codes": codes,
        "recipient": recipient,
        "after": after,
        "limit": limit,
        "open": wanted in (_STATES[Outcome.WAITING], _STATES[Outcome.SENT]),
        "delivered": wanted == _STATES[Outcome.DELIVERED],
        "failed": wanted == _STATES[Outcome.FAILED],
    }
    with slice_cursor() as cursor:
        cursor.execute(_PAGE, parameters)
        found = cursor.fetchall()
    return _with_rows(task, found)


def _with_rows(task: GroupTask, found: Sequence[tuple[Any, ...]]) -> list[ResultRow]:
    """Add the lines of the file and the values to messages in the order of their positions."""
    if not found:
        return []
    rows: Iterator[GoodRow] = good_rows(task, first=found[0][0], last=found[-1][0])
    results = []
    for position, message_id, recipient, state, code, submitted_at, finished_at in found:
        row = next(row for row in rows if row.position == position)
        results.append(
            ResultRow(
                position,
                row.line,
                recipient,
                row.values,
                _OUTCOMES[state],
                code,
                submitted_at,
                finished_at,
                message_id,
            )
        )
    return results


def _unsent(task: GroupTask, *, recipient: str, after: int, limit: int) -> list[ResultRow]:
    """Numbers that were not accepted yet."""
    with slice_cursor() as cursor:
        parameters = {
            "task": task.pk,
            "after": after,
            "recipient": recipient,
            "block": BLOCK_ROWS,
            "limit": limit,
        }
        cursor.execute(_UNSENT, parameters)
        runs = cursor.fetchall()
    found: list[ResultRow] = []
    for first, last in runs:
        for row in good_rows(task, first=max(first, after + 1), last=last):
            if recipient in ("", row.recipient):
                found.append(
                    ResultRow(row.position, row.line, row.recipient, row.values, Outcome.WAITING)
                )
            if len(found) == limit:
                return found
    return found
