from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common.workdays import due_after_workdays, due_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
instants_of_2026 = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 20), timezones=st.just(SHANGHAI)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("received", "start", "due"),
    [
        # ordinary days, Wednesday 4 March 2026 and the weekend after it
        ("2026-03-04 10:00", "2026-03-04 10:00", "2026-03-04 12:00"),
        ("2026-03-04 08:59", "2026-03-04 09:00", "2026-03-04 11:00"),
        ("2026-03-04 00:00", "2026-03-04 09:00", "2026-03-04 11:00"),
        ("2026-03-04 16:00", "2026-03-04 16:00", "2026-03-04 18:00"),
        ("2026-03-04 17:30", "2026-03-04 17:30", "2026-03-05 10:30"),
        ("2026-03-04 18:00", "2026-03-05 09:00", "2026-03-05 11:00"),
        ("2026-03-04 23:59", "2026-03-05 09:00", "2026-03-05 11:00"),
        ("2026-03-06 17:00", "2026-03-06 17:00", "2026-03-09 10:00"),
        ("2026-03-06 19:00", "2026-03-09 09:00", "2026-03-09 11:00"),
        ("2026-03-07 10:00", "2026-03-09 09:00", "2026-03-09 11:00"),
        ("2026-03-08 23:00", "2026-03-09 09:00", "2026-03-09 11:00"),
        # Spring Festival, 15 to 23 February, with a make-up Saturday before and after
        ("2026-02-13 19:00", "2026-02-14 09:00", "2026-02-14 11:00"),
        ("2026-02-14 10:00", "2026-02-14 10:00", "2026-02-14 12:00"),
        ("2026-02-14 17:30", "2026-02-14 17:30", "2026-02-24 10:30"),
        ("2026-02-17 12:00", "2026-02-24 09:00", "2026-02-24 11:00"),
        ("2026-02-27 17:00", "2026-02-27 17:00", "2026-02-28 10:00"),
        # National Day, 1 to 7 October, with a make-up Sunday before and a Saturday after
        ("2026-09-20 10:00", "2026-09-20 10:00", "2026-09-20 12:00"),
        ("2026-09-30 17:00", "2026-09-30 17:00", "2026-10-08 10:00"),
        ("2026-10-03 10:00", "2026-10-08 09:00", "2026-10-08 11:00"),
        ("2026-10-09 18:30", "2026-10-10 09:00", "2026-10-10 11:00"),
    ],
)
def test_two_working_hours(received: str, start: str, due: str) -> None:
    found = due_at(local(received))
    assert (found.start, found.due) == (local(start), local(due))
    assert found.calendar_known


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-04 10:00", "2026-03-04 12:00"),
        ("2026-03-04 17:30", "2026-03-04 19:30"),
        ("2026-03-04 20:00", "2026-03-05 11:00"),
        ("2026-09-30 17:00", "2026-09-30 19:00"),
    ],
)
def test_strict_hours_run_on_the_clock(received: str, due: str) -> None:
    assert due_at(local(received), strict=True).due == local(due)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-03-04 10:00", 2, "2026-03-06 10:00"),
        ("2026-03-06 10:00", 2, "2026-03-10 10:00"),
        ("2026-03-07 10:00", 2, "2026-03-10 18:00"),
        ("2026-03-04 10:00", 3, "2026-03-09 10:00"),
        ("2026-02-14 10:00", 2, "2026-02-25 10:00"),
    ],
)
def test_whole_workdays(received: str, days: int, due: str) -> None:
    assert due_after_workdays(local(received), days).due == local(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2027-03-03 10:00", "2027-03-03 12:00"),
        ("2027-03-06 10:00", "2027-03-08 11:00"),
        ("2026-12-31 17:30", "2027-01-01 10:30"),
    ],
)
def test_a_year_without_a_notice_follows_the_week_and_says_so(received: str, due: str) -> None:
    found = due_at(local(received))
    assert found.due == local(due)
    assert not found.calendar_known


def test_a_due_time_before_the_unknown_year_is_known() -> None:
    assert due_at(local("2026-12-31 10:00")).calendar_known


def test_overrides_replace_the_calendar() -> None:
    closed = {date(2026, 3, 5): False, date(2026, 3, 6): False, date(2026, 3, 7): True}
    assert due_at(local("2026-03-04 19:00"), overrides=closed).due == local("2026-03-07 11:00")
    assert due_after_workdays(local("2026-03-04 10:00"), 1, overrides=closed).due == local(
        "2026-03-07 10:00"
    )


def test_overrides_make_an_unpublished_year_known() -> None:
    days = {date(2027, 1, day): day == 4 for day in range(1, 5)}
    found = due_at(local("2026-12-31 17:30"), overrides=days)
    assert found.due == local("2027-01-04 10:30")
    assert found.calendar_known


def test_an_override_for_some_days_leaves_the_others_a_guess() -> None:
    found = due_at(local("2026-12-31 17:30"), overrides={date(2027, 1, 1): False})
    assert found.due == local("2027-01-04 10:30")
    assert not found.calendar_known


def test_times_are_taken_and_given_in_utc_whatever_the_zone() -> None:
    found = due_at(datetime(2026, 3, 4, 2, 0, tzinfo=UTC))
    assert found.start.isoformat() == "2026-03-04T02:00:00+00:00"
    assert found.due.isoformat() == "2026-03-04T04:00:00+00:00"


def test_working_hours_are_those_of_the_platform_zone(settings: Settings) -> None:
    settings.SMS_TIME_ZONE = "UTC"
    assert due_at(datetime(2026, 3, 4, 2, 0, tzinfo=UTC)).due == datetime(
        2026, 3, 4, 11, tzinfo=UTC
    )


@given(instants_of_2026, st.integers(1, 20))
def test_a_due_time_is_working_time_and_later(received: datetime, hours: int) -> None:
    found = due_at(received, hours)
    due = found.due.astimezone(SHANGHAI)
    assert received <= found.start < found.due
    assert 9 <= due.hour + due.minute / 60 <= 18
    assert chinese_calendar.is_workday(due.date())


@given(instants_of_2026, instants_of_2026)
def test_what_came_first_is_due_first(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert due_at(first).due <= due_at(second).due


@given(instants_of_2026, st.integers(1, 9), st.integers(1, 9))
def test_working_time_adds_up(received: datetime, some: int, more: int) -> None:
    halfway = due_at(received, some).due
    assert due_at(received, some + more).due == due_at(halfway, more).due
    assert due_at(received, some, strict=True).due - due_at(received).start == timedelta(hours=some)
