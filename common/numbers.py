"""Recipient numbers as the send API takes them: checked, normalised, masked and shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

MAINLAND_MOBILE = re.compile(r"(?:[+ ]86)?(1[3-9][0-9]{9})")
"""A mainland mobile as customers write it; group 1 is the national number. Use `fullmatch`.

The blank stands for a `+` that was not percent-encoded in a form body (ruling 5).
"""

# What nearly all numbers of all calls look like, looked at all at once: a sixth of the time.
_WRITTEN_IN_FULL = re.compile(r"(?:\+861[3-9][0-9]{9},)*+")
_LENGTH_IN_FULL = len("+8613800138000,")

# A `+86 1…` that is not a mobile is a mistyped mobile, except for Beijing's area code 10.
_INTERNATIONAL = re.compile(r"(?:\+| (?=86))(?!861[1-9])([1-9][0-9]{6,19})")
_ILLEGAL = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class Recipients:
    """The numbers of one call, column by column, in the order they were submitted."""

    e164: list[str | None]
    """`+8613800138000`, or None where the entry breaks the number rules."""

    first_illegal: str | None
    """The first entry with a character other than digits and `+`, or None."""

    are_mobiles: bool
    """Whether all of them are mainland mobiles."""

    @property
    def has_illegal(self) -> bool:
        """Whether the whole call has to be refused (data-plane.md §1.3, step 2)."""
        return self.first_illegal is not None


def parse_recipients(raw: Sequence[str]) -> Recipients:
    """Check and normalise the numbers of a call (data-plane.md §1.2–1.3, §8.4).

    `raw` holds the entries of `to`, already split. Mainland mobiles may leave out `+86`; any
    other number is `+` and at most 20 digits, beginning with a country code.
    """
    text = f"{','.join(raw)},"
    if len(text) == _LENGTH_IN_FULL * len(raw) and _WRITTEN_IN_FULL.fullmatch(text):
        return Recipients(list(raw), None, are_mobiles=True)
    found = list(map(MAINLAND_MOBILE.fullmatch, raw))
    if None not in found:
        return Recipients(["+86" + match[1] for match in found if match], None, are_mobiles=True)
    e164 = [
        "+86" + match[1] if match else _international(entry)
        for match, entry in zip(found, raw, strict=True)
    ]
    first_illegal = _first_illegal(raw, e164) if None in e164 else None
    return Recipients(e164, first_illegal, are_mobiles=False)


def mask(number: str) -> str:
    """Hide the middle of a number for logs and pages: `+8613800138000` → `138****8000`."""
    digits = number.strip().removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 8 else f"****{digits[-2:]}"


def display(number: str) -> str:
    """Write a number for people: `138 0013 8000`, or `+44 20 7946 0018` for other countries."""
    if found := MAINLAND_MOBILE.fullmatch(number):
        national = found[1]
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    parsed = _parsed(number)
    if parsed is None:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def country_of(e164: str) -> str | None:
    """Return the ISO 3166 code of a normalised number's country, or None when it has none."""
    return "CN" if e164.startswith("+86") else _foreign_country(e164)


@lru_cache(maxsize=4096)
def _foreign_country(e164: str) -> str | None:
    parsed = _parsed(e164)
    if parsed is None:
        return None
    region = phonenumbers.region_code_for_number(parsed)
    if region is None:  # a plausible number outside the numbering plan we know
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return None if region == phonenumbers.UNKNOWN_REGION else region


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None


def _international(entry: str) -> str | None:
    found = _INTERNATIONAL.fullmatch(entry)
    return "+" + found[1] if found else None


def _first_illegal(raw: Sequence[str], e164: Sequence[str | None]) -> str | None:
    refused = (entry for entry, number in zip(raw, e164, strict=True) if number is None)
    return next((entry for entry in refused if _ILLEGAL.search(entry)), None)
