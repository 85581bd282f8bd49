"""Numbers as carriers write them: with or without the country code."""

import re

MAINLAND = "+86"
FORMS = ("international", "national", "plus")
"""`8613800138000`, `13800138000` (mainland only; others keep their code), `+8613800138000`."""

_MAINLAND_MOBILE = re.compile(r"(?:\+|00)?(?:86)?(1[3-9][0-9]{9})")


def to_carrier(recipient: str, form: str) -> str:
    """A recipient, which is E.164, in one of the `FORMS`."""
    if form == "plus":
        return recipient
    if form == "national" and recipient.startswith(MAINLAND):
        return recipient[len(MAINLAND) :]
    return recipient[1:]


def from_carrier(number: str) -> str:
    """A handset's number as E.164; mainland mobiles may come without their country code."""
    number = number.strip()
    if found := _MAINLAND_MOBILE.fullmatch(number):
        return MAINLAND + found[1]
    digits = number.removeprefix("+").removeprefix("00")
    return "+" + digits if digits.isdigit() else number
