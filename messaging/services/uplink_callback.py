"""The outbox of uplinks: what is due to applications' uplink addresses, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.clock import utc_stamp
from common.sql import slice_cursor
from messaging.models.ids import live

from .callback import take

# As for status reports: LATERAL … LIMIT keeps the planner at index probes.
_DUE = """
SELECT due.message_id, due.sequence, uplink.uuid, uplink.sender, uplink.channel_number,
       uplink.body, CASE WHEN application.receives_uplink_time THEN uplink.received_at END,
       due.attempts + 1, due.attempts + 1 - due.attempts_before, granted.target_id,
       uplink.application_id, target.url
FROM unnest(%(targets)s::bigint[], %(counts)s::int[]) AS granted (target_id, count)
CROSS JOIN LATERAL (
    SELECT url FROM messaging_callbacktarget WHERE id = granted.target_id LIMIT 1
) AS target
CROSS JOIN LATERAL (
    SELECT message_id, sequence, attempts, attempts_before FROM messaging_callback
    WHERE state = 0 AND target_id = granted.target_id AND next_attempt_at <= now()
      AND message_id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY next_attempt_at LIMIT granted.count FOR UPDATE SKIP LOCKED
) AS due
CROSS JOIN LATERAL (
    SELECT uuid, sender, channel_number, body, received_at, application_id FROM messaging_uplink
    WHERE id = due.message_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS uplink
CROSS JOIN LATERAL (
    SELECT receives_uplink_time FROM customers_application
    WHERE id = uplink.application_id LIMIT 1
) AS application
"""


@dataclass(frozen=True, slots=True)
class DueUplink:
    """An uplink taken for an attempt to push it; otherwise as `DueCallback`."""

    message_id: int
    sequence: int
    uuid: UUID
    sender: str
    channel_number: str
    body: str
    received_at: datetime | None
    """None unless the application asked for it when it was created (ruling 37)."""
    number: int
    step: int
    target_id: int
    application_id: int
    url: str

    def form(self) -> dict[str, str]:
        """The fields of the push, exactly the documented ones (spec data-plane §5)."""
        fields = {
            "smsMsgId": f"{self.uuid}_{self.message_id}",
            "from": self.sender,
            "to": self.channel_number,
            "body": self.body,
        }
        if self.received_at:
            fields["createTime"] = utc_stamp(self.received_at)
        return fields


def claim_uplinks(grants: Mapping[int, int]) -> list[DueUplink]:
    """Take due uplinks for an attempt, as `callback.claim` takes status reports."""
    if not grants:
        return []
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(live(_DUE), {"targets": list(grants), "counts": list(grants.values())})
        taken = [DueUplink(*row) for row in cursor.fetchall()]
        take(cursor, taken)
    return taken
