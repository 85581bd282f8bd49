"""Percentiles out of histograms on a scale of fixed steps, each √2 times as long as the one before.

The steps are those of the database function `messaging_latency_step`; a percentile is off by less
than a step, and figures of any hours and customers may be added up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIRST_S = 0.25
STEPS = 41


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Seconds that half, and 95 of 100, of the delivered messages took at most; None for none."""

    p50_s: float | None = None
    p95_s: float | None = None


def bounds_of(step: int) -> tuple[float, float]:
    """The seconds above which, and up to which, a step goes."""
    upper = FIRST_S * 2 ** (step / 2)
    return (0.0 if step == 0 else upper / 2**0.5), upper


def sums_of(column: str) -> str:
    """The expression that adds up histograms, step by step: unnesting them takes ten times as long.

    Null where none of them is there.
    """
    sums = ", ".join(f"sum({column}[{step + 1}])" for step in range(STEPS))
    return f"CASE WHEN count({column}) > 0 THEN ARRAY[{sums}]::bigint[] END"


def steps_of(histogram: Sequence[int] | None) -> dict[int, int]:
    """How many messages fell into which step, of a histogram as it is kept."""
    return {step: count for step, count in enumerate(histogram or ()) if count}


def add_steps(sums: dict[int, int], steps: Mapping[int, int]) -> None:
    """Add counts to those that stand there."""
    for step, count in steps.items():
        sums[step] = sums.get(step, 0) + count


def percentiles(counts: Mapping[int, int]) -> Percentiles:
    """Of how many messages fell into which step."""
    return Percentiles(_at(counts, 0.50), _at(counts, 0.95))


def _at(counts: Mapping[int, int], share: float) -> float | None:
    """Within its step a percentile is taken for as far as its messages are counted through."""
    wanted = sum(counts.values()) * share
    passed = 0
    for step in sorted(counts):
        if counts[step] and passed + counts[step] >= wanted:
            lower, upper = bounds_of(step)
            return lower + (upper - lower) * (wanted - passed) / counts[step]
        passed += counts[step]
    return None
