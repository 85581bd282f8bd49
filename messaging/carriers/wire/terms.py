"""What a carrier allows on a link, and how long one waits for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """Times in seconds."""

    window: int
    """Most submissions without an answer."""
    answer_timeout_s: float
    """How long an answer may take; a submission without one is unknown then."""
    idle_s: float
    """After so long without a byte from the carrier, it is asked whether it is there."""
    attempts: int
    """How often it is asked, `answer_timeout_s` apart, before the link counts as dead."""
    reconnect_s: float = 1.0
    """The first wait before a link is opened again; the next ones double."""
    reconnect_at_most_s: float = 30.0
    rest_s: float = 0.5
    """How long a link rests when the carrier throttles; doubled when it goes on doing so."""
    rest_at_most_s: float = 5.0
    throttled_at_most: int = 5
    """How often a throttled part is written again before its message waits elsewhere."""

    @property
    def tick_s(self) -> float:
        return min(1.0, self.answer_timeout_s / 4, self.idle_s / 4)
