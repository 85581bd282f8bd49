"""How far the pushes to customers are behind: what is due and was not acknowledged."""

from dataclasses import dataclass
from datetime import datetime

from common.sql import slice_cursor
from messaging.models.ids import live

MOST_COUNTED = 10_000
"""What is owed to an address is counted up to here."""

_LAGS = """
SELECT customer.id, customer.name, sum(owed.count)::bigint, min(oldest.at),
       count(*) FILTER (WHERE target.open_until > now())
FROM messaging_callbacktarget AS target
JOIN customers_customer AS customer ON customer.id = target.customer_id
CROSS JOIN LATERAL (
    SELECT min(next_attempt_at) AS at FROM messaging_callback
    WHERE state = 0 AND target_id = target.id AND message_id BETWEEN %(floor)s AND %(ceiling)s
      AND next_attempt_at <= now()
) AS oldest
CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM (
        SELECT FROM messaging_callback
        WHERE state = 0 AND target_id = target.id AND message_id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT %(most)s
    ) AS counted
) AS owed
WHERE owed.count > 0
GROUP BY customer.id, customer.name
ORDER BY min(oldest.at) NULLS LAST, sum(owed.count) DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class CallbackLag:
    """What a customer's addresses are owed.

    `oldest_at` is when the push that is overdue the longest was due, None when the others wait for
    their next attempt; `broken` addresses are left alone at the moment.
    """

    customer_id: int
    customer: str
    owed: int
    oldest_at: datetime | None
    broken: int


def callback_lags(*, limit: int) -> list[CallbackLag]:
    """The customers whose pushes wait, the longest overdue first."""
    with slice_cursor() as cursor:
        cursor.execute(live(_LAGS), {"most": MOST_COUNTED, "limit": limit})
        return [CallbackLag(*row) for row in cursor.fetchall()]
