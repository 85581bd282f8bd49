"""What operations set for the desk (texts, workdays, review times), and due times in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.models import AuditEvent
from reviews.desk.calendar import Calendar, Source
from reviews.desk.due import DueClock
from reviews.models import CannedText, SlaRule, WorkdayOverride
from tests.factories import SubmissionFactory
from tests.operations.pages import text_of

pytestmark = pytest.mark.django_db

MONDAY_TEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""10:00 in Shanghai on a workday."""


def page(name, action, *arguments):
    return reverse(f"admin:reviews_{name}_{action}", args=arguments)


def words(due, **case):
    with time_machine.travel(MONDAY_TEN, tick=False):
        return DueClock().due_of(SubmissionFactory(due_at=due, **case))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (1 + 20 / 60, "in 1 h 20 min"),
        (0.5, "in 30 min"),
        (3, "in 3 h"),
        (24, "in 9 h"),
        (48, "in 2 workdays"),
        (-40 / 60, "40 min late"),
        (-16, "1 h late"),
    ],
)
def test_due_times_count_working_time(hours, expected):
    due = words(MONDAY_TEN + timedelta(hours=hours))

    assert due.words == expected
    assert due.is_overdue == (hours < 0)


def test_the_last_half_hour_is_marked():
    assert words(MONDAY_TEN + timedelta(minutes=30)).tone == "waiting"
    assert words(MONDAY_TEN + timedelta(minutes=31)).tone == ""
    assert words(MONDAY_TEN - timedelta(minutes=1)).tone == "bad"


def test_a_weekend_in_between_does_not_count_and_an_override_does():
    saturday = MONDAY_TEN + timedelta(days=5)
    monday = saturday + timedelta(days=2)
    assert words(monday).words == "in 5 workdays"
    WorkdayOverride.objects.create(day=saturday.date(), is_worked=True)
    assert words(monday).words == "in 6 workdays"


def test_strict_review_times_count_on_the_clock(settings):
    evening = MONDAY_TEN + timedelta(hours=9.5)
    assert words(evening).words == "in 8 h"
    settings.SMS_REVIEW_STRICT = True
    assert words(evening).words == "in 9 h 30 min"
    assert words(MONDAY_TEN - timedelta(days=3)).words == "3 days late"


def test_a_countrys_rule_says_its_own_working_hours():
    due = MONDAY_TEN + timedelta(hours=10)
    SlaRule.objects.create(kind="signature", country="SG", amount=2, opens="08:00", closes="20:00")
    assert words(due).words == "in 8 h"
    assert words(due, subject__application__customer__country="SG").words == "in 10 h"


def test_the_calendar_knows_from_where_it_knows():
    WorkdayOverride.objects.create(day=date(2026, 11, 25), is_worked=False, note="moving")
    calendar = Calendar()

    assert calendar.day(date(2026, 11, 24)).source == Source.PUBLISHED
    day = calendar.day(date(2026, 11, 25))
    assert (day.is_worked, day.source, day.note) == (False, Source.OVERRIDE, "moving")
    assert not calendar.day(date(2026, 10, 1)).is_worked  # National Day
    assert calendar.day(date(2026, 2, 14)).is_worked  # a make-up Saturday
    unknown = calendar.day(date(2099, 1, 1))
    assert (unknown.source, unknown.is_known) == (Source.WEEKDAY, False)


def test_the_workdays_page_shows_sixty_days_and_what_is_not_published(lead_console):
    with time_machine.travel(datetime(2026, 11, 23, 2, tzinfo=UTC), tick=False):
        shown = text_of(lead_console.get(page("workdayoverride", "changelist")))

    assert shown.count("<time datetime=") == 60
    assert '<time datetime="2026-11-23">' in shown
    assert "no official calendar is published" in shown


def test_a_lead_overrides_a_day_and_takes_it_back(lead_console):
    fields = {"day": "2026-12-26", "is_worked": "on", "note": "year end"}

    lead_console.post(page("workdayoverride", "add"), fields)
    override = WorkdayOverride.objects.get()
    lead_console.post(page("workdayoverride", "delete", override.pk), {"post": "yes"})

    assert not WorkdayOverride.objects.exists()
    verbs = AuditEvent.objects.filter(object_type="workdayoverride").order_by("id")
    assert [event.verb for event in verbs] == ["create", "delete"]


def test_a_lead_sets_a_review_time(lead_console):
    fields = {
        "kind": "signature",
        "country": "SG",
        "amount": 5,
        "unit": "workdays",
        "opens": "09:00",
        "closes": "18:00",
        "note": "",
    }

    lead_console.post(page("slarule", "add"), fields)
    refused = lead_console.post(
        page("slarule", "add"), fields | {"country": "MY", "closes": "08:00"}
    )

    assert SlaRule.objects.get().amount == 5
    assert "Work must begin before it ends." in text_of(refused)


def test_a_senior_keeps_canned_texts_and_a_reviewer_reads_them(senior_console, console):
    fields = {"title": "Papers", "kind": "signature", "text": "Please add the papers."}

    assert console.get(page("cannedtext", "add")).status_code == 403
    senior_console.post(page("cannedtext", "add"), fields)

    assert CannedText.objects.get().text == "Please add the papers."
    assert "Papers" in text_of(console.get(page("cannedtext", "changelist")))
    assert AuditEvent.objects.get(object_type="cannedtext").verb == "create"


@pytest.mark.parametrize("name", ["cannedtext", "slarule", "workdayoverride"])
def test_an_auditor_reads_the_settings_and_changes_none(auditor_console, name):
    assert auditor_console.get(page(name, "changelist")).status_code == 200
    assert auditor_console.get(page(name, "add")).status_code == 403
