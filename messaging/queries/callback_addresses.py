"""The addresses a customer's reports and replies are pushed to, and what waits for each."""

from dataclasses import dataclass
from datetime import datetime

from common.sql import slice_cursor
from customers.models import Customer
from messaging.models.ids import live

MOST_COUNTED = 10_000
"""What waits is counted up to here: people need to know that there are many."""

_ADDRESSES = """
SELECT target.id, target.url, target.kind, target.failures, target.open_until,
       waiting.count, COALESCE(request.created_at, uplink.received_at)
FROM (
    SELECT id, url, kind, failures, open_until FROM messaging_callbacktarget
    WHERE customer_id = %(customer)s
    ORDER BY failures DESC, id DESC LIMIT %(limit)s
) AS target
CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM (
        SELECT FROM messaging_callback
        WHERE state = 0 AND target_id = target.id AND message_id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT %(most)s + 1
    ) AS counted
) AS waiting
LEFT JOIN LATERAL (
    SELECT min(message_id) AS message_id FROM messaging_callback
    WHERE state = 0 AND target_id = target.id AND message_id BETWEEN %(floor)s AND %(ceiling)s
) AS oldest ON waiting.count > 0
LEFT JOIN LATERAL (
    SELECT request_id FROM messaging_message
    WHERE id = oldest.message_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS message ON true
LEFT JOIN LATERAL (
    SELECT created_at FROM messaging_sendrequest
    WHERE id = message.request_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS request ON true
LEFT JOIN LATERAL (
    SELECT received_at FROM messaging_uplink
    WHERE id = oldest.message_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
) AS uplink ON true
ORDER BY target.failures DESC, waiting.count DESC, target.id DESC
"""


@dataclass(frozen=True, slots=True)
class AddressState:
    """A callback address: its circuit and what it is owed."""

    pk: int
    url: str
    kind: int
    failures: int
    open_until: datetime | None
    waiting: int
    """Reports or replies not acknowledged; one more than `MOST_COUNTED` stands for "more"."""
    oldest_at: datetime | None
    """When the oldest of them was submitted, or received."""

    @property
    def is_uncounted(self) -> bool:
        return self.waiting > MOST_COUNTED


def addresses_of(customer: Customer, *, limit: int) -> list[AddressState]:
    """At most `limit` addresses, those that fail first, then the newest, in one query."""
    parameters = {"customer": customer.pk, "limit": limit, "most": MOST_COUNTED}
    with slice_cursor() as cursor:
        cursor.execute(live(_ADDRESSES), parameters)
        return [AddressState(*row) for row in cursor.fetchall()]
