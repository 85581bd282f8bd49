"""How much work a measurement does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """So many requests to so many numbers each, over so many connections."""

    requests: int
    numbers_each: int
    connections: int

    @property
    def numbers(self) -> int:
        return self.requests * self.numbers_each


@dataclass(frozen=True)
class Plan:
    """The loads of a round by the numbers of a request, and how many rounds there are."""

    name: str
    rounds: int
    warm_up_rounds: int
    accepting: dict[int, Load]
    carrying: Load
    counted_repeats: int
    """Rounds with and without statistics for each round of the plan."""
    pushing: Load
    end_to_end: Load
    carrier_messages: int
    """Through one session to a carrier."""
    long_road: Load
    group_rows: int
    """Numbers of a group task."""
    details_rows: int
    """Messages that are there when the pages about them are looked at."""
    details_load_s: float
    """How long loading them may take; fewer are loaded when it is over."""
    page_views: int
    rules_warm_up: Load
    """Requests that are sent before a measurement under other rules: lists are read again."""


FULL = Plan(
    name="full",
    rounds=5,
    warm_up_rounds=1,
    accepting={
        1: Load(requests=6000, numbers_each=1, connections=128),
        10: Load(requests=600, numbers_each=10, connections=8),
        100: Load(requests=160, numbers_each=100, connections=16),
        500: Load(requests=64, numbers_each=500, connections=16),
    },
    carrying=Load(requests=60, numbers_each=500, connections=4),
    counted_repeats=2,
    pushing=Load(requests=30, numbers_each=500, connections=4),
    end_to_end=Load(requests=40, numbers_each=500, connections=4),
    carrier_messages=60_000,
    long_road=Load(requests=200, numbers_each=500, connections=4),
    group_rows=1_000_000,
    details_rows=20_000_000,
    details_load_s=480.0,
    page_views=60,
    rules_warm_up=Load(requests=16, numbers_each=500, connections=4),
)
SMALL = Plan(
    name="small",
    rounds=2,
    warm_up_rounds=1,
    accepting={
        1: Load(requests=10, numbers_each=1, connections=2),
        10: Load(requests=2, numbers_each=10, connections=2),
        100: Load(requests=2, numbers_each=100, connections=2),
        500: Load(requests=2, numbers_each=500, connections=2),
    },
    carrying=Load(requests=2, numbers_each=500, connections=2),
    counted_repeats=1,
    pushing=Load(requests=2, numbers_each=500, connections=2),
    end_to_end=Load(requests=2, numbers_each=500, connections=2),
    carrier_messages=600,
    long_road=Load(requests=4, numbers_each=500, connections=2),
    group_rows=2_000,
    details_rows=7_000,
    details_load_s=60.0,
    page_views=2,
    rules_warm_up=Load(requests=2, numbers_each=500, connections=2),
)
