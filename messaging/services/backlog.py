"""How far behind the platform is: what readiness and metrics tell."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from common.sql import only_row, slice_cursor
from messaging.models.ids import live

_AGES = """
SELECT
    COALESCE(extract(epoch FROM now() - (
        SELECT min(created_at) FROM messaging_sendrequest
        WHERE dispatch = 0 AND id BETWEEN %(floor)s AND %(ceiling)s
    )), 0)::float8,
    GREATEST(COALESCE(extract(epoch FROM now() - (
        SELECT min(next_attempt_at) FROM messaging_callback
        WHERE state = 0 AND message_id BETWEEN %(floor)s AND %(ceiling)s
          AND target_id NOT IN (
              SELECT id FROM messaging_callbacktarget WHERE open_until IS NOT NULL
          )
    )), 0), 0)::float8
"""

_WAITING = """
SELECT type, count(*)::float8, sum(count)::float8 FROM messaging_sendrequest
WHERE dispatch = 0 AND id BETWEEN %(floor)s AND %(ceiling)s GROUP BY type
"""

_CALLBACKS = """
SELECT count(*) FILTER (WHERE attempts = 0)::float8, count(*) FILTER (WHERE attempts > 0)::float8
FROM messaging_callback WHERE state = 0 AND message_id BETWEEN %(floor)s AND %(ceiling)s
"""


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds that the oldest waiting work waits beyond its time; 0 when nothing does.

    What waits for a receiver that does not answer is not the platform's delay and left out.
    """

    oldest_ready_message_s: float
    oldest_due_callback_s: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure for Prometheus."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def ages() -> Ages:
    with slice_cursor() as cursor:
        cursor.execute(live(_AGES))
        return Ages(*only_row(cursor))


def measure() -> Iterator[Measurement]:
    """Ages and depths of both queues: messages for the carrier, callbacks for customers."""
    now = ages()
    yield Measurement(
        "sms_oldest_ready_message_seconds",
        "Age of the oldest request waiting for a carrier process.",
        now.oldest_ready_message_s,
    )
    yield Measurement(
        "sms_oldest_due_callback_seconds",
        "How long the oldest due callback is overdue.",
        now.oldest_due_callback_s,
    )
    with slice_cursor() as cursor:
        cursor.execute(live(_WAITING))
        for message_type, _requests, messages in cursor.fetchall():
            yield Measurement(
                "sms_ready_messages",
                "Messages waiting for a carrier process.",
                messages,
                {"type": message_type},
            )
        cursor.execute(live(_CALLBACKS))
        fresh, retried = only_row(cursor)
    help_text = "Callbacks owed, by whether an attempt has failed already."
    yield Measurement("sms_callbacks_owed", help_text, fresh, {"attempt": "first"})
    yield Measurement("sms_callbacks_owed", help_text, retried, {"attempt": "retry"})
