"""The places of all Chinese numbers, from the data of `phonenumbers`, by their first seven digits.

Carriers are those a number was issued by: a number that was ported keeps its first digits.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import override

from .places import CARRIERS, REGIONS, place_of

_COUNTRY = "86"
_DIGITS = 7


def load_segments(connection: Any) -> int:
    """Replace the table of segments by what `phonenumbers` knows; return how many rows it has."""
    rows = segments()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM messaging_numbersegment")
        cursor.execute(
            "INSERT INTO messaging_numbersegment SELECT * FROM unnest(%s::text[], %s::bytea[])",
            [list(rows), list(rows.values())],
        )
    return len(rows)


def segments() -> dict[str, bytes]:
    """By the first four digits, the places of the next three; prefixes nobody has are left out."""
    # More than 100,000 entries, which nobody needs but whoever fills the table.
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA

    with override("en"):
        carriers = {str(name): number for number, name in CARRIERS.items() if number}
        regions = {str(name): number for number, name in REGIONS.items() if number}
    places = bytearray(10**_DIGITS)
    for start, end, region in _runs(GEOCODE_DATA, regions):
        places[start:end] = bytes([place_of(0, region)]) * (end - start)
    for start, end, carrier in _runs(CARRIER_DATA, carriers):
        shift = bytes(place_of(carrier, place & 31) for place in range(256))
        places[start:end] = places[start:end].translate(shift)
    rows = ((number, bytes(places[number * 1000 : (number + 1) * 1000])) for number in range(10**4))
    return {f"{number:04}": row for number, row in rows if any(row)}


def _runs(
    data: Mapping[str, Mapping[str, str]], numbering: Mapping[str, int]
) -> Iterator[tuple[int, int, int]]:
    """Runs of seven digits with their number; those of longer prefixes come later and count.

    English names end in the province: "Jinan, Shandong".
    """
    own = (prefix for prefix in data if prefix.startswith(_COUNTRY))
    for prefix in sorted(own, key=len):
        digits = prefix.removeprefix(_COUNTRY)
        number = numbering.get(data[prefix].get("en", "").rpartition(", ")[2])
        if number and len(digits) <= _DIGITS:
            size = 10 ** (_DIGITS - len(digits))
            yield int(digits) * size, (int(digits) + 1) * size, number
