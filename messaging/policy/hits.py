"""What a rule answers about a slice: which messages it stops, under which code, and why."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Hit(NamedTuple):
    """That a rule stops the message at a position of its slice.

    `kind`, `rule_id` and `matched` are those of `messaging.models.RuleHit`.
    """

    position: int
    code: str
    kind: str
    rule_id: int = 0
    matched: str = ""


class Judgement:
    """What the rules say about a slice so far; a message is stopped by the first that stops it."""

    def __init__(self, recipients: Sequence[str | None], hits: Iterable[Hit] = ()) -> None:
        self.codes: list[str | None] = []
        """The code that stops each message, None for those that pass; empty when all do."""
        self.hits: list[Hit] = []
        self._recipients = recipients
        self.stop(hits)

    def stop(self, hits: Iterable[Hit]) -> None:
        """Add what a rule said; positions without a number, or stopped before, are left alone."""
        for hit in hits:
            if not self.codes:
                self.codes = [None] * len(self._recipients)
            if self._recipients[hit.position] and self.codes[hit.position] is None:
                self.codes[hit.position] = hit.code
                self.hits.append(hit)

    def passing(self) -> list[int]:
        """The positions of the numbers that nothing stops so far."""
        if not self.hits:
            return [at for at, number in enumerate(self._recipients) if number]
        return [
            at
            for at, (number, code) in enumerate(zip(self._recipients, self.codes, strict=True))
            if number and code is None
        ]
