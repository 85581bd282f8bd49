"""The figures of the desk are those of the rows, in a fixed number of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from reviews.desk.charts import Share, line, stacked_bars
from reviews.desk.figures import figures_of
from reviews.desk.span import Span, SpanForm
from reviews.models import Decision
from tests.factories import SubmissionFactory, UserFactory
from tests.operations.pages import text_of

pytestmark = pytest.mark.django_db

FIGURES = reverse("admin:reviews_submission_figures")
MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
WEEK = Span(date(2026, 11, 16), date(2026, 11, 20))


def decision(reviewer, *, at=MONDAY, hours=1.0, reasons=(), late=False, **case):
    """A decision at an instant, that many hours after its case was submitted."""
    submission = SubmissionFactory(
        state="decided", submitted_at=at - timedelta(hours=hours), due_at=at, **case
    )
    made = Decision.objects.create(
        submission=submission,
        outcome="reject" if reasons else "approve",
        reason_codes=list(reasons),
        reviewer=reviewer,
        due_at=at - timedelta(minutes=1) if late else at + timedelta(minutes=1),
    )
    Decision.objects.filter(pk=made.pk).update(decided_at=at)
    return made


def test_decisions_are_counted_by_day_and_outcome(reviewer):
    decision(reviewer)
    decision(reviewer, reasons=["NEUTRAL_SIGNATURE"], late=True)
    decision(reviewer, at=MONDAY + timedelta(days=2))
    decision(reviewer, at=MONDAY - timedelta(days=1))

    figures = figures_of(WEEK)

    assert [decided.decided for _day, decided in figures.days] == [2, 0, 1, 0, 0]
    assert (figures.total.decided, figures.total.rejected, figures.total.late) == (3, 1, 1)
    assert figures.total.share_rejected == 33


def test_a_day_begins_at_midnight_in_shanghai(reviewer):
    decision(reviewer, at=datetime(2026, 11, 16, 15, 59, tzinfo=UTC))
    decision(reviewer, at=datetime(2026, 11, 16, 16, 0, tzinfo=UTC))
    decision(reviewer, at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))

    counts = [decided.decided for _day, decided in figures_of(WEEK).days]

    assert counts == [1, 1, 0, 0, 0]


def test_the_median_is_the_one_in_the_middle(reviewer):
    for hours in (1, 2, 30):
        decision(reviewer, hours=hours)
    decision(reviewer, at=MONDAY + timedelta(days=1), hours=5)

    figures = figures_of(WEEK)

    assert figures.total.median_hours == 3.5
    assert [decided.median_hours for _day, decided in figures.days] == [2, 5, None, None, None]


def test_reviewers_are_counted_apart_the_busiest_first(reviewer, colleague):
    decision(reviewer)
    for _each in range(2):
        decision(colleague, reasons=["NEUTRAL_SIGNATURE"])

    rows = figures_of(WEEK).reviewers

    assert [(str(who), done.decided, done.rejected) for who, done in rows] == [
        (str(colleague), 2, 2),
        (str(reviewer), 1, 0),
    ]


def test_reasons_are_counted_as_shares_of_the_rejections(reviewer):
    decision(reviewer, reasons=["NEUTRAL_SIGNATURE", "IMAGE_UNREADABLE"])
    decision(reviewer, reasons=["NEUTRAL_SIGNATURE"])
    decision(reviewer)

    reasons = figures_of(WEEK).reasons

    assert [(each.name, each.count, each.share) for each in reasons] == [
        ("Neutral signature", 2, 100),
        ("Picture unreadable", 1, 50),
    ]


def test_figures_of_one_kind(reviewer):
    decision(reviewer)
    decision(reviewer, of_template=True)
    SubmissionFactory(overdue=True)
    SubmissionFactory(of_template=True, urged=True)

    of_templates = figures_of(Span(WEEK.first, WEEK.last, "template"))

    assert of_templates.total.decided == 1
    assert (of_templates.waits, of_templates.overdue, of_templates.urged) == (1, 0, 1)
    everything = figures_of(WEEK)
    assert (everything.waits, everything.overdue, everything.urged) == (2, 1, 1)


def test_the_page_has_pictures_and_their_numbers(console, reviewer):
    decision(reviewer, reasons=["NEUTRAL_SIGNATURE"])
    query = {"first": "2026-11-16", "last": "2026-11-20"}

    page = text_of(console.get(FIGURES, query))

    assert page.count('<svg class="chart"') == 2
    assert page.count('role="img"') == 2
    assert '<rect class="bar-bad"' in page
    assert '<time datetime="2026-11-16">' in page
    assert "hours on the clock" in page
    assert "style=" not in page


def test_without_decisions_the_page_says_so(console):
    page = text_of(console.get(FIGURES))

    assert "Nothing was decided in these days." in page


def test_the_number_of_queries_does_not_grow(console, reviewer, django_assert_max_num_queries):
    decision(reviewer, at=datetime.now(UTC), reasons=["NEUTRAL_SIGNATURE"])
    console.get(FIGURES)
    with django_assert_max_num_queries(100) as one:
        console.get(FIGURES)
    for reasons in ((), ("IMAGE_UNREADABLE",)):
        for _each in range(3):
            decision(reviewer, at=datetime.now(UTC), reasons=reasons)
    with django_assert_max_num_queries(len(one)):
        console.get(FIGURES)


def test_who_may_not_see_cases_sees_no_figures(client):
    client.force_login(UserFactory(staff=True))

    assert client.get(FIGURES).status_code == 403


def test_days_the_wrong_way_round_are_told(console):
    page = text_of(console.get(FIGURES, {"first": "2026-11-20", "last": "2026-11-16"}))

    assert "The first day is after the last one." in page


@pytest.mark.parametrize(
    ("chosen", "days"),
    [
        ({}, 30),
        ({"first": "2026-11-16", "last": "2026-11-20"}, 5),
        ({"last": "2026-11-20"}, 30),
        ({"first": "2020-01-01", "last": "2026-11-20"}, 30),
        ({"first": "2020-01-01"}, 366),
        ({"first": "2099-01-01"}, 1),
        ({"kind": "nothing"}, 30),
    ],
)
def test_a_span_is_never_longer_than_a_year(chosen, days):
    assert len(Span.of(SpanForm(chosen)).days) == days


def test_bars_stand_on_each_other_and_on_the_base():
    chart = stacked_bars(["a", "b"], [[Share("good", 3), Share("bad", 1)], [Share("good", 0)]])

    good, bad = chart.bars
    assert good.y + good.height == pytest.approx(chart.base)
    assert bad.y + bad.height == pytest.approx(good.y)
    assert good.height == pytest.approx(3 * bad.height)
    assert [mark.text for mark in chart.y_marks] == ["0", "1", "2", "3", "4"]


def test_a_line_breaks_where_nothing_was_measured():
    chart = line(list("abcde"), [1.0, 2.0, None, 3.0, 4.0])

    assert len(chart.lines) == 2
    assert len(chart.dots) == 4


def test_an_empty_chart_still_has_an_axis():
    assert [mark.text for mark in stacked_bars([], []).y_marks] == ["0", "1", "2", "3", "4"]


def test_the_days_fill_their_fields_in_every_language(chinese_console):
    page = text_of(chinese_console.get(FIGURES, {"first": "2026-11-16", "last": "2026-11-20"}))

    assert 'name="first" value="2026-11-16"' in page
