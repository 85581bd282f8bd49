"""How far behind the platform is: what readiness and metrics tell."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.db import connection

from messaging.models import Callback, SendRequest
from messaging.models.ids import first_id_within
from messaging.models.partitions import LIVE_SPAN

_AGES = """
SELECT
    COALESCE(extract(epoch FROM now() - (
        SELECT min(created_at) FROM messaging_sendrequest WHERE dispatch = %(waiting)s
    )), 0)::float8,
    GREATEST(COALESCE(extract(epoch FROM now() - (
        SELECT min(next_attempt_at) FROM messaging_callback
        WHERE state = %(due)s AND message_id >= %(floor)s
    )), 0), 0)::float8
"""

_WAITING = """
SELECT type, count(*)::float8, sum(count)::float8 FROM messaging_sendrequest
WHERE dispatch = %(waiting)s GROUP BY type
"""

_CALLBACKS = """
SELECT count(*) FILTER (WHERE attempts = 0)::float8, count(*) FILTER (WHERE attempts > 0)::float8
FROM messaging_callback WHERE state = %(due)s AND message_id >= %(floor)s
"""


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds that the oldest waiting work waits beyond its time; 0 when nothing does."""

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
    with connection.cursor() as cursor:
        cursor.execute(_AGES, _parameters())
        return Ages(*cursor.fetchone())


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
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, _parameters())
        for message_type, _requests, messages in cursor.fetchall():
            yield Measurement(
                "sms_ready_messages",
                "Messages waiting for a carrier process.",
                messages,
                {"type": message_type},
            )
        cursor.execute(_CALLBACKS, _parameters())
        fresh, retried = cursor.fetchone()
    help_text = "Callbacks owed, by whether an attempt has failed already."
    yield Measurement("sms_callbacks_owed", help_text, fresh, {"attempt": "first"})
    yield Measurement("sms_callbacks_owed", help_text, retried, {"attempt": "retry"})


def _parameters() -> dict[str, int]:
    return {
        "waiting": SendRequest.Dispatch.WAITING.value,
        "due": Callback.State.DUE.value,
        "floor": first_id_within(LIVE_SPAN),
    }
