"""Numbers that nobody may send to: complaints, and the platform's own list (ruling 38)."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.expiring import announced
from common.numbers import mask
from common.sql import slice_cursor
from messaging.models import BlockedNumber, RuleHit

from .hits import Hit

CODES = BlockedNumber.CODES

MOST_REMEMBERED = 500_000
"""A longer list is not kept in memory (100 bytes a number): each slice is looked up then."""

_LISTED = """
SELECT recipient, kind, id FROM messaging_blockednumber
WHERE recipient = ANY(%(recipients)s::text[]) AND is_active
"""
# Changes with each change of the list (migration 0015).
_STATE = "SELECT version FROM messaging_ruleversion WHERE kind = 'blocklist' AND rule_id = 0"
_ALL = "SELECT recipient FROM messaging_blockednumber WHERE is_active LIMIT %(most)s"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The numbers of the list in a state of it; None when there are too many to keep."""

    state: int
    numbers: frozenset[str] | None


def hits(recipients: Sequence[str | None]) -> list[Hit]:
    """Which of the numbers are listed; no query while none of them is."""
    numbers = _listed.get(None).numbers
    if numbers is not None and numbers.isdisjoint(recipients):
        return []
    with slice_cursor() as cursor:
        cursor.execute(_LISTED, {"recipients": [number for number in recipients if number]})
        found = {recipient: (kind, pk) for recipient, kind, pk in cursor.fetchall()}
    return [
        Hit(position, CODES[kind], RuleHit.Kind.BLOCKLIST.value, pk, mask(number))
        for position, number in enumerate(recipients)
        if number and number in found
        for kind, pk in (found[number],)
    ]


def forget() -> None:
    """Have this process ask whether the lists have changed."""
    _listed.clear()


def _load(_key: None) -> Remembered:
    """The list as it is; read again only when its state has changed."""
    global _last
    with slice_cursor() as cursor:
        row = cursor.execute(_STATE).fetchone()
        state = row[0] if row else 0
        known = _last
        if known is None or known.state != state:
            cursor.execute(_ALL, {"most": MOST_REMEMBERED + 1})
            numbers = frozenset(number for (number,) in cursor.fetchall())
            known = Remembered(state, numbers if len(numbers) <= MOST_REMEMBERED else None)
            _last = known
    return known


_last: Remembered | None = None
_listed = announced(_load)
