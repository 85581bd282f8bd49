from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from reviews.models import SlaRule, Submission, WorkdayOverride
from reviews.services.sla import due_of
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
Kind = Submission.Kind


def due(received, kind=Kind.SIGNATURE, **customer):
    """When something received at a local time is due, as local time."""
    instant = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI).astimezone(UTC)
    found = due_of(kind, CustomerFactory(**customer), instant)
    return f"{found.due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:00"),  # a Monday
        ("2026-11-23 08:00", "2026-11-23 11:00"),  # before work
        ("2026-11-23 16:00", "2026-11-23 18:00"),
        ("2026-11-23 17:30", "2026-11-24 10:30"),  # over the evening
        ("2026-11-23 18:00", "2026-11-24 11:00"),  # after work
        ("2026-11-23 23:59", "2026-11-24 11:00"),
        ("2026-11-20 17:00", "2026-11-23 10:00"),  # over a weekend
        ("2026-11-21 12:00", "2026-11-23 11:00"),  # on a Saturday
        ("2026-09-20 10:00", "2026-09-20 12:00"),  # a make-up Sunday before National Day
        ("2026-10-10 17:00", "2026-10-12 10:00"),  # a make-up Saturday after it, then Monday
        ("2026-09-30 17:30", "2026-10-08 10:30"),  # over National Day
        ("2026-10-03 10:00", "2026-10-08 11:00"),
        ("2026-02-14 10:00", "2026-02-14 12:00"),  # a make-up Saturday before Spring Festival
        ("2026-02-14 17:30", "2026-02-24 10:30"),  # over Spring Festival
        ("2026-02-17 09:00", "2026-02-24 11:00"),
        ("2026-02-28 17:00", "2026-03-02 10:00"),  # the make-up Saturday after it
        ("2026-12-31 17:30", "2027-01-01 10:30"),  # 2027 has no calendar yet: a Friday is worked
        ("2027-01-02 10:00", "2027-01-04 11:00"),  # and a Saturday is not
    ],
)
def test_two_working_hours(received, expected):
    assert due(received) == expected


@pytest.mark.parametrize(
    ("received", "known"),
    [(datetime(2026, 11, 23, tzinfo=UTC), True), (datetime(2027, 5, 1, tzinfo=UTC), False)],
)
def test_a_year_without_a_calendar_warns(received, known):
    assert due_of(Kind.TEMPLATE, CustomerFactory(), received).calendar_known is known


def test_strict_hours_run_on_the_clock(settings):
    settings.SMS_REVIEW_STRICT = True

    assert due("2026-11-23 17:30") == "2026-11-23 19:30"
    assert due("2026-11-21 12:00") == "2026-11-23 11:00"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.SIGNATURE, "2026-11-20 18:00"),
        (Kind.TEMPLATE, "2026-11-20 18:00"),
        (Kind.ACTIVATION, "2026-11-20 18:00"),
        (Kind.NUMBER_REMOVAL, "2026-11-20 18:00"),
        (Kind.QUALIFICATION, "2026-11-24 16:00"),
        (Kind.SUPPLEMENT, "2026-11-24 16:00"),
        (Kind.QUOTA, "2026-11-24 16:00"),
        (Kind.ENABLEMENT, "2026-11-25 16:00"),
    ],
)
def test_every_kind_has_a_time(kind, expected):
    assert due("2026-11-20 16:00", kind) == expected  # a Friday


def test_every_kind_of_case_is_covered():
    for kind in Kind.values:
        assert due("2026-11-20 16:00", kind)


def test_operations_override_single_days():
    WorkdayOverride.objects.create(day=date(2026, 11, 23), is_worked=False, note="moving house")
    WorkdayOverride.objects.create(day=date(2026, 11, 21), is_worked=True)

    assert due("2026-11-20 17:00") == "2026-11-21 10:00"
    assert due("2026-11-23 10:00") == "2026-11-24 11:00"


def test_an_override_fills_a_missing_calendar():
    WorkdayOverride.objects.create(day=date(2027, 1, 1), is_worked=False)

    found = due_of(Kind.SIGNATURE, CustomerFactory(), datetime(2026, 12, 31, 9, 30, tzinfo=UTC))

    assert found.due == datetime(2027, 1, 4, 2, 30, tzinfo=UTC)


def test_a_rule_changes_the_time_of_its_kind():
    SlaRule.objects.create(kind=Kind.SIGNATURE, amount=5, unit="workdays")

    assert due("2026-11-20 16:00") == "2026-11-27 16:00"
    assert due("2026-11-20 16:00", Kind.TEMPLATE) == "2026-11-20 18:00"


def test_the_customers_country_counts_first():
    SlaRule.objects.create(kind=Kind.SIGNATURE, amount=1)
    SlaRule.objects.create(kind=Kind.SIGNATURE, country="SG", amount=4)

    assert due("2026-11-23 10:00") == "2026-11-23 11:00"
    assert due("2026-11-23 10:00", country="CN") == "2026-11-23 11:00"
    assert due("2026-11-23 10:00", country="SG") == "2026-11-23 14:00"


def test_a_rule_has_its_own_window():
    SlaRule.objects.create(
        kind=Kind.SIGNATURE, amount=2, opens=time(8, 30), closes=time(20), note="peak season"
    )

    assert due("2026-11-23 08:00") == "2026-11-23 10:30"
    assert due("2026-11-23 19:00") == "2026-11-24 09:30"


def test_a_workday_is_as_long_as_its_window():
    SlaRule.objects.create(
        kind=Kind.SIGNATURE, amount=1, unit="workdays", opens=time(10), closes=time(16)
    )

    assert due("2026-11-23 15:00") == "2026-11-24 15:00"


def test_a_strict_rule():
    SlaRule.objects.create(kind=Kind.TEMPLATE, amount=24, is_strict=True)

    assert due("2026-11-20 17:00", Kind.TEMPLATE) == "2026-11-21 17:00"


@pytest.mark.parametrize("fields", [{"amount": 0}, {"opens": time(18), "closes": time(9)}])
def test_impossible_rules_are_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        SlaRule.objects.create(**({"kind": Kind.SIGNATURE, "amount": 2} | fields))
