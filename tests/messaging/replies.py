"""What handsets send back along a road."""

import itertools
from datetime import UTC, datetime
from typing import Any

from messaging.carriers.base import Uplink as Arrival
from messaging.models import Uplink
from messaging.services.uplink import record_uplinks
from tests.messaging.road import Road

SENT_AT = datetime(2026, 5, 1, 8, 30, 0, tzinfo=UTC)
HANDSET = "+8613800000000"

_names = itertools.count(1)


def number_of(road: Road) -> str:
    return road.template.signature.channel_number


def arrival(road: Road, text: str = "好的", **fields: Any) -> Arrival:
    """A reply to the road's channel number that no other one equals."""
    values = {
        "carrier_id": f"mo{next(_names)}",
        "sender": HANDSET,
        "to": number_of(road),
        "text": text,
        "received_at": SENT_AT,
    }
    return Arrival(**values | fields)


def long_arrival(road: Road, *texts: str, reference: int = 7, **fields: Any) -> list[Arrival]:
    return [
        arrival(road, text, reference=reference, total=len(texts), index=index, **fields)
        for index, text in enumerate(texts, start=1)
    ]


def receive(road: Road, *arrivals: Arrival) -> list[Uplink]:
    """Hand these over, and return all uplinks there are now, oldest first."""
    record_uplinks(channel_id=road.channel.pk, uplinks=arrivals)
    return list(Uplink.objects.order_by("id"))


def replied(road: Road, text: str = "好的", **fields: Any) -> Uplink:
    """The uplink that a reply with this text became."""
    return receive(road, arrival(road, text, **fields))[-1]
