import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.rate import TokenBucket


def test_a_tenth_is_one_in_ten_seconds():
    bucket = TokenBucket(0.1, burst=0.1, at=0)
    assert bucket.available(0) == 1
    bucket.spend(1)
    assert bucket.wait_s(0) == pytest.approx(10)
    assert bucket.available(9.9) == 0
    assert bucket.available(10) == 1


def test_permits_pile_up_to_the_burst_only():
    bucket = TokenBucket(100, burst=50, at=0)
    assert bucket.available(3600) == 50


@given(
    rate=st.floats(0.05, 5000),
    steps=st.lists(st.floats(0.001, 5), min_size=1, max_size=60),
)
def test_never_more_than_rate_times_time_plus_one_burst(rate: float, steps: list[float]):
    bucket = TokenBucket(rate, burst=rate, at=0)
    now, used = 0.0, 0
    for step in steps:
        now += step
        permits = bucket.available(now)
        bucket.spend(permits)
        used += permits
    assert used <= rate * now + 1 + 1e-6
