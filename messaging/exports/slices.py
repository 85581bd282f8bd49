"""What sources of exports have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils import timezone

from messaging.models import Export

SLICE_ROWS = 20_000

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows; `position` is where the next ones begin, as JSON, None at the end.

    `share` is how much of the whole was looked through so far, 0 … 1.
    """

    rows: Sequence[Sequence[Cell]]
    position: Any
    share: float


class Source(Protocol):
    """Reads the rows of one kind of export, in the language that is active."""

    def header(self, export: Export) -> list[str]: ...

    def read(self, export: Export, *, limit: int) -> Slice:
        """At most `limit` rows from `export.position` on."""
        ...


def moment(instant: datetime | None) -> str:
    """An instant in the platform's zone, to the second; empty when it has not come."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}" if instant else ""
