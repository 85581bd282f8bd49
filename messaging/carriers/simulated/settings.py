"""What can be set on a channel to the simulated carrier."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class SimulatedSettings:
    """How the simulated carrier behaves; the defaults hold for what a channel leaves out."""

    delay_s: float = 1.0
    """Seconds between a submission and its receipts."""
    slow_delay_s: float = 180.0
    """The same for the *slow* scenario number."""
    failure_ratio: float = 0.0
    """Share of the messages, 0 to 1, that fail with `UNDELIV`; scenario numbers keep theirs."""
    receipts_per_s: float = 0.0
    """Most receipts a second; 0 is without limit."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """Read a channel's settings; raises ValueError for what is no number."""
        return cls(**{name: float(config[name]) for name in cls.__slots__ if name in config})

    def at_speed(self, speed: float) -> Self:
        """The same with waiting times `speed` times as short (virtual clock)."""
        return type(self)(
            self.delay_s / speed,
            self.slow_delay_s / speed,
            self.failure_ratio,
            self.receipts_per_s,
        )
