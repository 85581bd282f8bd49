"""The carrier that issued a number, from the table that figures are counted by."""

from functools import lru_cache

from common.sql import slice_cursor
from messaging.models import ChannelRoute
from messaging.statistics.places import carrier_of as carrier_at

COUNTRY = "+86"
_NAMES = {
    1: ChannelRoute.Carrier.MOBILE,
    2: ChannelRoute.Carrier.UNICOM,
    3: ChannelRoute.Carrier.TELECOM,
    4: ChannelRoute.Carrier.BROADNET,
}
"""Carriers by their number in `messaging.statistics.places`."""


def carrier_of(recipient: str) -> str:
    """The `ChannelRoute.Carrier` of an E.164 number; *other* abroad and for unknown prefixes.

    A ported number counts for the carrier that issued it: its first digits stay.
    """
    if not recipient.startswith(COUNTRY):
        return ChannelRoute.Carrier.OTHER.value
    places = _segments().get(recipient[3:7])
    place = places[int(recipient[7:10])] if places and len(recipient) > 9 else 0
    return _NAMES.get(carrier_at(place), ChannelRoute.Carrier.OTHER).value


@lru_cache(maxsize=1)
def _segments() -> dict[str, bytes]:
    """By the first four digits, the places of the next three: 5 MB, read when a route asks."""
    with slice_cursor() as cursor:
        cursor.execute("SELECT prefix, places FROM messaging_numbersegment")
        return {prefix: bytes(places) for prefix, places in cursor.fetchall()}
