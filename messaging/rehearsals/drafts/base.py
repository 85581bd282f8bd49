"""What every draft is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self

from messaging.rehearsals.traffic import Asked, Sent


class Opinion(NamedTuple):
    """Whether a draft stops a message, and by what; `is_known` is False when it cannot tell."""

    stops: bool
    matched: str = ""
    is_known: bool = True


PASSES = Opinion(False)
UNKNOWN = Opinion(False, is_known=False)


class Draft(ABC):
    """A rule as it might be."""

    kinds: ClassVar[frozenset[str]]
    """The kinds of rule (`RuleHit.Kind`) that the draft stands for."""

    looks_back: ClassVar[bool] = False
    """Whether it has to know the day before, too."""

    @classmethod
    @abstractmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """The draft of a row; `Refusal` with the field that is wrong."""


class ByNumber(Draft):
    """A rule that judges each number by itself."""

    @abstractmethod
    def judge(self, messages: Sequence[Sent], since: datetime) -> list[Opinion]:
        """An opinion on each message of one number, the oldest first.

        Messages before `since` are there to look back on: the draft was not in force yet.
        """


class ByTime(Draft):
    """A rule that counts the messages of all numbers together, in the order of time."""

    @abstractmethod
    def opinions(self, day: date, customer_id: int | None) -> Iterator[tuple[Asked, Opinion]]:
        """An opinion on each request of a day; to be asked for inside a transaction."""
