"""How fast something may go on: a bucket that fills with permits."""


class TokenBucket:
    """Permits that come at `rate_per_s` a second, fractions included, and keep up to `burst`.

    Times are seconds of any clock that only grows. A rate of 0.1 gives one permit in 10 s.
    """

    def __init__(self, rate_per_s: float, *, burst: float, at: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = max(burst, 1.0)
        self._permits = 1.0
        self._at = at

    def available(self, at: float) -> int:
        """Whole permits that may be used now."""
        self._permits = min(self._burst, self._permits + (at - self._at) * self._rate_per_s)
        self._at = at
        return int(self._permits + 1e-9)

    def spend(self, permits: int) -> None:
        """Use permits that were available."""
        self._permits -= permits

    def wait_s(self, at: float) -> float:
        """Seconds until at least one permit is available."""
        if self.available(at):
            return 0.0
        return (1.0 - self._permits) / self._rate_per_s
