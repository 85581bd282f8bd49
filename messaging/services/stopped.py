"""The rows that say which rule stopped a message, written by the statement that stores it."""

from collections.abc import Iterator, Sequence
from typing import Any

from common.numbers import country_of
from messaging.models import RuleHit
from messaging.models.rule_hit import MATCHED_LENGTH
from messaging.policy.hits import Hit, Judgement
from messaging.policy.thresholds import REFUSED

from .route import Route

# In the version of the rule that is in force now; `message` are the rows stored before.
SQL = """, hit AS (
    INSERT INTO messaging_rulehit
        (message_id, customer_id, kind, rule_id, rule_version, matched)
    SELECT message.id, %(customer)s, found.kind, found.rule, COALESCE(known.version, 1),
           found.matched
    FROM unnest(%(hit_at)s::integer[], %(hit_kinds)s::text[], %(hit_rules)s::bigint[],
                %(hit_matched)s::text[]) AS found (position, kind, rule, matched)
    JOIN message ON message.id = %(id)s::bigint + found.position
    LEFT JOIN messaging_ruleversion AS known
           ON known.kind = found.kind AND known.rule_id = found.rule
)"""


def columns(judgement: Judgement) -> dict[str, Any]:
    """The parameters of `SQL`, beside those of the statement around it."""
    hits = judgement.hits
    return {
        "hit_at": [hit.position for hit in hits],
        "hit_kinds": [hit.kind for hit in hits],
        "hit_rules": [hit.rule_id for hit in hits],
        "hit_matched": [hit.matched for hit in hits],
    }


def before(
    customer_id: int,
    route: Route,
    recipients: Sequence[str | None],
    blocked: Sequence[str | None],
) -> Iterator[Hit]:
    """What stops messages before any rule is asked: their route, or a code `blocked` of their own.

    Such a code is that of a traffic threshold, else it is about the country of the number.
    """
    if route.blocked:
        asked_for = route.channel_number[:MATCHED_LENGTH]
        for position in range(len(recipients)):
            yield Hit(position, route.blocked, RuleHit.Kind.ROUTE.value, 0, asked_for)
    for position, code in enumerate(blocked):
        if code == REFUSED:
            yield Hit(position, code, RuleHit.Kind.THRESHOLD.value, customer_id)
        elif code:
            country = country_of(recipients[position] or "") or ""
            yield Hit(position, code, RuleHit.Kind.COUNTRY.value, 0, country)
