"""Message ids made equal: a carrier may write one in hex here and in decimal there.

carriers.md §4; user-pain.md row 9.
"""

import re
from collections.abc import Callable, Sequence

_HEX = re.compile(r"(?:0[xX])?([0-9a-fA-F]+)")


def _hex_to_decimal(given: str) -> str:
    found = _HEX.fullmatch(given)
    return str(int(found[1], 16)) if found else given


def _decimal_to_hex(given: str) -> str:
    return f"{int(given):x}" if given.isascii() and given.isdigit() else given


STEPS: dict[str, Callable[[str], str]] = {
    "hex_to_decimal": _hex_to_decimal,
    "decimal_to_hex": _decimal_to_hex,
    "strip_zeros": lambda given: given.lstrip("0") or given[-1:],
    "lower": str.lower,
    "upper": str.upper,
}
"""What may be done to an id; what is not of the kind a step expects stays as it is."""


def normaliser(steps: Sequence[str]) -> Callable[[str], str]:
    """All of some `STEPS`, one after the other; without any the id stays as it is."""
    functions = [STEPS[step] for step in steps]

    def normalise(given: str) -> str:
        given = given.strip()
        for function in functions:
            given = function(given)
        return given

    return normalise
