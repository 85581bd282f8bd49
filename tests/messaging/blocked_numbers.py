"""Entries of the platform's blocklists that stopped a message."""

from common.clock import local_day, now
from common.numbers import mask
from messaging.models import BlockedNumber, RuleHit
from messaging.models.ids import first_id
from messaging.models.partitions import ensure_partitions


def blocked(*customers, recipient="+8613700137000", kind="complaint"):
    """An entry in force that stopped a message of each of the customers today."""
    entry = BlockedNumber.objects.create(recipient=recipient, kind=kind, reason="complained")
    ensure_partitions()
    # Far from the ids that messages of the same day take.
    first = first_id(local_day(now())) + 900_000_000 + entry.pk * 100
    for number, customer in enumerate(customers):
        RuleHit.objects.create(
            message_id=first + number,
            customer_id=customer.pk,
            kind=RuleHit.Kind.BLOCKLIST,
            rule_id=entry.pk,
            rule_version=1,
            matched=mask(recipient),
        )
    return entry
