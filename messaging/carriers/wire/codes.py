"""What the numbers of a protocol are called in status reports (common/data/carrier_codes.csv)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parents[3] / "common" / "data" / "carrier_codes.csv"


@dataclass(frozen=True, slots=True)
class CarrierCode:
    """A number that a protocol defines: its name there, and its status code on our side."""

    name: str
    code: str
    is_throttling: bool = False
    """The carrier took nothing because too much came."""
    is_final: bool = True
    """A state after which another one does not come."""


@cache
def codes(protocol: str, kind: str) -> Mapping[int, CarrierCode]:
    """The codes of `smpp` or `cmpp`; `kind` is `answer` (to a submission) or `state`."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {
            int(row["raw"], 0): CarrierCode(
                row["name"], row["code"], row["is_throttling"] == "yes", row["is_final"] == "yes"
            )
            for row in csv.DictReader(lines)
            if (row["protocol"], row["kind"]) == (protocol, kind)
        }
