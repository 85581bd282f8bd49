"""Totals and rates as the statistics page shows them (spec console §10)."""

from dataclasses import asdict, dataclass

from .outcomes import Outcome, outcome_of

ACCEPTED = ""
"""The code under which accepted messages are counted."""


@dataclass(slots=True)
class Figures:
    """How many messages were submitted, and what became of them.

    `failures` leave terminal errors out and have `blocklisted` among them; every submitted message
    is a success, a failure, a terminal error, or still being sent.
    """

    total: int = 0
    parts: int = 0
    successes: int = 0
    failures: int = 0
    terminal: int = 0
    blocklisted: int = 0

    @property
    def sending(self) -> int:
        """Those whose report is not yet back."""
        return self.total - self.successes - self.failures - self.terminal

    @property
    def valid_success_rate(self) -> float | None:
        """Success / (total - sending - terminal errors), without blocklisted numbers; 0 to 1."""
        return _share(self.successes, self.total - self.sending - self.terminal - self.blocklisted)

    @property
    def success_rate(self) -> float | None:
        """Success / total, without blocklisted numbers; 0 to 1."""
        return _share(self.successes, self.total - self.blocklisted)

    def add(self, other: "Figures") -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def count(self, *, code: str, reported_by: int, messages: int, parts: int) -> None:
        """Add messages that were accepted, or ended with a code."""
        if code == ACCEPTED:
            self.total += messages
            self.parts += parts
            return
        outcome = outcome_of(code, reported_by)
        if outcome is Outcome.SUCCESS:
            self.successes += messages
        elif outcome is Outcome.TERMINAL:
            self.terminal += messages
        else:
            self.failures += messages
            if outcome is Outcome.BLOCKLISTED:
                self.blocklisted += messages


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
