"""The user data header in front of a part's text: which part of which message it is.

3GPP TS 23.040 §9.2.3.24; carriers.md §1.3.
"""

from typing import NamedTuple

EIGHT_BIT = 0x00
SIXTEEN_BIT = 0x08
HEADER_BYTES = 6
"""Length of the header made here: with it 134 of 140 bytes are left, 67 UTF-16 units."""


class Place(NamedTuple):
    """Part `number` (from 1) of `total`, of the message that the sender calls `reference`."""

    reference: int = 0
    total: int = 1
    number: int = 1


WHOLE = Place()


def header(place: Place) -> bytes:
    """`05 00 03 reference total number`. A 16-bit reference would leave too few bytes."""
    return bytes((5, EIGHT_BIT, 3, place.reference & 0xFF, place.total, place.number))


def unwrap(data: bytes) -> tuple[Place, bytes]:
    """Separate the header from the text behind it; raises ValueError for a broken header."""
    if not data or data[0] >= len(data):
        raise ValueError("a user data header is longer than its message")
    end = 1 + data[0]
    at = 1
    place = WHOLE
    while at + 2 <= end:
        identifier, length = data[at], data[at + 1]
        value = data[at + 2 : at + 2 + length]
        if at + 2 + length > end:
            raise ValueError("an element of a user data header is longer than the header")
        place = _place(identifier, value) or place
        at += 2 + length
    return place, data[end:]


def _place(identifier: int, value: bytes) -> Place | None:
    widths = {EIGHT_BIT: 1, SIXTEEN_BIT: 2}
    width = widths.get(identifier)
    if width is None or len(value) != width + 2:
        return None
    place = Place(int.from_bytes(value[:width], "big"), value[width], value[width + 1])
    return place if is_place(place) else None


def is_place(place: Place) -> bool:
    """Whether there can be such a part; anything else counts as a message of its own."""
    return place.total > 1 and 1 <= place.number <= place.total
