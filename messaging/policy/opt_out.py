"""Numbers that replied `R`: no promotions from that channel number any more (ruling 30)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from common.sql import slice_cursor
from messaging.models import RuleHit

from .hits import Hit

BLOCKED = "SC:0016"
"""The status of a promotion to a number that opted out (ruling 38)."""

KEYWORDS = frozenset(("R", "Ｒ"))

_OPTED_OUT = """
SELECT recipient, id FROM messaging_optout
WHERE customer_id = %(customer)s AND channel_number = %(number)s
  AND recipient = ANY(%(recipients)s::text[]) AND restored_at IS NULL
"""

# One handset may say it twice in a slice, and a row can be changed once by a statement.
_RECORD = """
INSERT INTO messaging_optout
    (customer_id, application_id, channel_number, recipient, since, uplink_id)
SELECT DISTINCT ON (customer, number, recipient, application)
       customer, application, number, recipient, since, uplink
FROM unnest(%(customers)s::bigint[], %(applications)s::bigint[], %(numbers)s::text[],
            %(recipients)s::text[], %(times)s::timestamptz[], %(uplinks)s::bigint[])
     AS said (customer, application, number, recipient, since, uplink)
ORDER BY customer, number, recipient, application, since
ON CONFLICT (customer_id, channel_number, recipient, application_id) DO UPDATE
SET since = EXCLUDED.since, uplink_id = EXCLUDED.uplink_id, restored_at = NULL
WHERE messaging_optout.restored_at IS NOT NULL
"""


class Wish(NamedTuple):
    """A handset's reply that it wants no promotions of this channel number."""

    customer_id: int
    application_id: int
    channel_number: str
    recipient: str
    since: datetime
    uplink_id: int


def is_wish(text: str) -> bool:
    """Whether a reply opts out: `R` alone, of any case and width, blanks around it ignored."""
    return text.strip().upper() in KEYWORDS


def record(wishes: Collection[Wish]) -> None:
    """Store opt-outs; one that is in force already keeps its beginning."""
    if not wishes:
        return
    columns = zip(*wishes, strict=True)
    names = ("customers", "applications", "numbers", "recipients", "times", "uplinks")
    with slice_cursor() as cursor:
        cursor.execute(_RECORD, dict(zip(names, map(list, columns), strict=True)))


def hits(*, customer_id: int, channel_number: str, recipients: Sequence[str | None]) -> list[Hit]:
    """Which numbers want no promotions from a channel number; one query."""
    found = _opted_out(customer_id, channel_number, recipients)
    if not found:
        return []
    return [
        Hit(position, BLOCKED, RuleHit.Kind.OPT_OUT.value, found[number], channel_number)
        for position, number in enumerate(recipients)
        if number and number in found
    ]


def _opted_out(
    customer_id: int, channel_number: str, recipients: Iterable[str | None]
) -> dict[str, int]:
    """The rows that say so, by number."""
    with slice_cursor() as cursor:
        cursor.execute(
            _OPTED_OUT,
            {
                "customer": customer_id,
                "number": channel_number,
                "recipients": [number for number in recipients if number],
            },
        )
        return dict(cursor.fetchall())
