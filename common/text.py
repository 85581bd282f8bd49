"""The text of a short message: how long it is, into which parts it is cut, how it is signed."""

SINGLE_PART_UNITS = 70
"""UTF-16 code units that fit into a message of one part."""

LONG_PART_UNITS = 67
"""UTF-16 code units that fit into each part of a longer message."""

_UNIT = 2  # bytes of a UTF-16 code unit


def count_characters(text: str) -> int:
    """Count as customers are told to: every Unicode character is 1 (data-plane.md §8.1)."""
    return len(text)


def count_parts(text: str) -> int:
    """Return the number of parts `split` makes of the text (data-plane.md §8.1, ruling 26)."""
    length = len(text)
    if length <= SINGLE_PART_UNITS // 2:
        return 1
    units = len(_wire(text)) // _UNIT
    if units <= SINGLE_PART_UNITS:
        return 1
    return -(-units // LONG_PART_UNITS) if units == length else len(split(text))


def split(text: str) -> list[str]:
    """Cut a text into the parts that travel: 70 UTF-16 units, or 67 each when it is longer.

    A character outside the Basic Multilingual Plane takes two units and is never cut, so that
    a part may hold 66 (ruling 26). An empty text is one empty part.
    """
    wire = _wire(text)
    if len(wire) <= SINGLE_PART_UNITS * _UNIT:
        return [text]
    parts: list[str] = []
    start = 0
    while start < len(wire):
        end = start + LONG_PART_UNITS * _UNIT
        if _is_inside_pair(wire, end):
            end -= _UNIT
        parts.append(wire[start:end].decode("utf-16-be"))
        start = end
    return parts


def signed(signature: str, body: str, brackets: str = "CN") -> str:
    """Put the signature in front: `【name】body`, or `[name]body` for brackets `GB`.

    Any other value of `brackets` means `CN` (data-plane.md §8.1).
    """
    return f"[{signature}]{body}" if brackets == "GB" else f"【{signature}】{body}"


def _wire(text: str) -> bytes:
    # Half a pair, which JSON can smuggle in, cannot travel: it becomes "?" instead of an error.
    return text.encode("utf-16-be", "replace")


def _is_inside_pair(wire: bytes, cut: int) -> bool:
    return cut < len(wire) and 0xD8 <= wire[cut - _UNIT] <= 0xDB and 0xDC <= wire[cut] <= 0xDF
