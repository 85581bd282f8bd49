"""How rules for numbers are written: a complete number, or the end that numbers share (§13.6)."""

import re

from common.numbers import parse_recipients

_SEGMENT = re.compile(r"[0-9*]{4,11}")


def pattern_of(line: str) -> str | None:
    """The form in which a rule is stored; None for a line that is none.

    A mainland mobile without `+86` is a number.
    """
    (number,) = parse_recipients([line]).e164
    if number is not None:
        return number
    return line if _SEGMENT.fullmatch(line) else None


def covers(wider: str, pattern: str) -> bool:
    """Whether a segment holds every number of another pattern; a number covers nothing else."""
    if wider.startswith("+"):
        return wider == pattern
    digits = pattern.removeprefix("+")
    end = digits[-len(wider) :]
    return len(end) == len(wider) and all(map(_fits, wider, end))


def _fits(place: str, character: str) -> bool:
    return place in ("*", character)
