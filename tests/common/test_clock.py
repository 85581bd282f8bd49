from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common import clock

shanghai = timezone(timedelta(hours=8))


@pytest.fixture(autouse=True)
def _shanghai(settings: Settings) -> None:
    settings.SMS_TIME_ZONE = "Asia/Shanghai"


def test_now_is_aware_and_utc() -> None:
    with time_machine.travel(datetime(2024, 5, 1, 2, 3, 5, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2024, 5, 1, 2, 3, 5, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 4, 30, 15, 59, 59, tzinfo=UTC), date(2024, 4, 30)),
        (datetime(2024, 4, 30, 16, 0, 0, tzinfo=UTC), date(2024, 5, 1)),
        (datetime(2024, 5, 1, 0, 0, 0, tzinfo=shanghai), date(2024, 5, 1)),
    ],
)
def test_a_local_day_begins_at_midnight_in_shanghai(instant: datetime, day: date) -> None:
    assert clock.local_day(instant) == day


def test_the_zone_is_read_when_it_is_needed(settings: Settings) -> None:
    settings.SMS_TIME_ZONE = "UTC"
    assert clock.local_day(datetime(2024, 4, 30, 16, tzinfo=UTC)) == date(2024, 4, 30)


def test_a_stamp_is_utc_without_fractions() -> None:
    assert clock.utc_stamp(datetime(2024, 5, 1, 10, 3, 5, 999, shanghai)) == "2024-05-01T02:03:05Z"


@pytest.mark.parametrize("function", [clock.utc_stamp, clock.local_day])
def test_an_instant_without_zone_is_refused(function: object) -> None:
    with pytest.raises(ValueError, match="time zone"):
        function(datetime(2024, 5, 1))  # type: ignore[operator]


def test_day_index_counts_from_2020() -> None:
    assert clock.day_index(date(2020, 1, 1)) == 0
    assert clock.day_index(date(2024, 5, 1)) == 1582


@given(st.dates())
def test_a_day_index_leads_back_to_its_day(day: date) -> None:
    assert clock.date_of_index(clock.day_index(day)) == day
