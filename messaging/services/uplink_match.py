"""Whose an uplink is, and which message it answers (spec data-plane §5, decision 0005)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings

from common.sql import slice_cursor
from messaging.models.ids import live
from reviews.models import Signature

MOST_CANDIDATES = 100
"""Messages that are counted as what an uplink may answer."""

# Messages by their index on the recipient. LATERAL … LIMIT keeps the planner at index probes for
# their requests, too, where it would otherwise read all of them.
_MATCH = """
SELECT asked.position - 1, found.messages[1], found.applications[1], found.signatures[1],
       cardinality(found.messages)
FROM unnest(%(senders)s::text[], %(customers)s::bigint[], %(numbers)s::text[])
     WITH ORDINALITY AS asked (sender, customer, number, position)
CROSS JOIN LATERAL (
    SELECT array_agg(id) AS messages, array_agg(application_id) AS applications,
           array_agg(signature_id) AS signatures
    FROM (
        SELECT message.id, request.application_id, request.signature_id
        FROM messaging_message AS message
        CROSS JOIN LATERAL (
            SELECT application_id, signature_id, sender FROM messaging_sendrequest
            WHERE id = message.request_id AND id BETWEEN %(floor)s AND %(ceiling)s LIMIT 1
        ) AS request
        WHERE message.recipient = asked.sender AND message.customer_id = asked.customer
          AND message.id BETWEEN %(floor)s AND %(ceiling)s
          AND message.submitted_at IS NOT NULL AND request.sender = asked.number
        ORDER BY message.id DESC LIMIT %(most)s
    ) AS candidate
) AS found
WHERE found.messages IS NOT NULL
"""


class Match(NamedTuple):
    """Who owns the number that was replied to, and the last of the messages it may answer.

    `channel_number` is the signature's: extension digits may stand behind it in the uplink.
    """

    channel_number: str
    customer_id: int
    application_id: int
    signature_id: int | None
    message_id: int | None = None
    candidates: int = 0


def matches(replies: Sequence[tuple[str, str]]) -> list[Match | None]:
    """The match of each reply, (handset, number replied to); None where nobody has the number."""
    owners = _owners({number for _, number in replies})
    found = [owners.get(number) for _, number in replies]
    known = [position for position, match in enumerate(found) if match]
    for position, match in _matched(replies, found, known):
        found[position] = match
    return found


def _matched(
    replies: Sequence[tuple[str, str]], owners: Sequence[Match | None], known: Sequence[int]
) -> Iterable[tuple[int, Match]]:
    asked = [(replies[position][0], owner) for position in known if (owner := owners[position])]
    if not asked:
        return
    with slice_cursor() as cursor:
        cursor.execute(
            live(_MATCH, timedelta(days=settings.SMS_UPLINK_MATCH_DAYS)),
            {
                "senders": [sender for sender, _ in asked],
                "customers": [owner.customer_id for _, owner in asked],
                "numbers": [owner.channel_number for _, owner in asked],
                "most": MOST_CANDIDATES,
            },
        )
        for place, message_id, application_id, signature_id, candidates in cursor.fetchall():
            owner = asked[place][1]
            yield (
                known[place],
                owner._replace(
                    application_id=application_id,
                    signature_id=signature_id or owner.signature_id,
                    message_id=message_id,
                    candidates=candidates,
                ),
            )


def _owners(numbers: Iterable[str]) -> dict[str, Match]:
    """The owner of each number, by the longest channel number that it begins with.

    Of several signatures with this number the oldest stands for all, as long as no message says
    which one was answered.
    """
    beginnings = {number[:length] for number in numbers for length in range(1, len(number) + 1)}
    rows = Signature.objects.filter(channel_number__in=beginnings).order_by("-pk")
    by_number = {
        number: Match(number, customer_id, application_id, pk)
        for number, customer_id, application_id, pk in rows.values_list(
            "channel_number", "customer_id", "application_id", "pk"
        )
    }
    return {number: owner for number in numbers if (owner := _longest(number, by_number))}


def _longest(number: str, by_number: dict[str, Match]) -> Match | None:
    lengths = range(len(number), 0, -1)
    return next((by_number[number[:end]] for end in lengths if number[:end] in by_number), None)
