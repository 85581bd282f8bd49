import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from messaging.statistics.latency import STEPS, bounds_of, percentiles


def step_of(seconds: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT messaging_latency_step(%s)", [seconds])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_the_steps_of_the_database_are_those_of_the_percentiles():
    for step in range(STEPS):
        lower, upper = bounds_of(step)
        assert step_of(upper) == step
        assert step_of((lower + upper) / 2) == step
    assert step_of(-3) == step_of(0) == 0
    assert step_of(10**9) == STEPS - 1


@given(st.lists(st.floats(0, 250_000), min_size=1, max_size=50))
def test_a_percentile_is_off_by_less_than_a_step(times: list[float]):
    counts: dict[int, int] = {}
    for seconds in times:
        step = next(step for step in range(STEPS) if seconds <= bounds_of(step)[1])
        counts[step] = counts.get(step, 0) + 1
    found = percentiles(counts)
    for share, value in ((0.5, found.p50_s), (0.95, found.p95_s)):
        exact = sorted(times)[max(0, -int(-share * len(times) // 1) - 1)]
        assert value is not None
        assert value / 2**0.5 - 0.25 <= exact <= value * 2**0.5 + 0.25


def test_no_messages_have_no_percentiles():
    assert percentiles({}).p50_s is None
