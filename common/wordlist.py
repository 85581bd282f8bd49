"""The words that the automatic checks of a new platform look for; operations change them later."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "listed_words.csv"


@dataclass(frozen=True, slots=True)
class ShippedWord:
    """A row of the list the product comes with (console.md §7.2, §8.2)."""

    kind: str
    text: str
    in_verification: bool
    in_notification: bool
    in_promotion: bool
    is_blocking: bool
    explanation_en: str
    explanation_zh: str


@cache
def shipped_words() -> tuple[ShippedWord, ...]:
    """Return the whole list, in the order of the file."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            ShippedWord(
                kind=row["kind"],
                text=row["word"],
                in_verification=row["verification"] == "yes",
                in_notification=row["notification"] == "yes",
                in_promotion=row["promotion"] == "yes",
                is_blocking=row["blocks"] == "yes",
                explanation_en=row["explanation_en"],
                explanation_zh=row["explanation_zh"],
            )
            for row in csv.DictReader(lines)
        )
