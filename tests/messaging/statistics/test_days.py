"""Daily figures: always the sums of their hours, and what longer reports read."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import F, Sum

from common.clock import local_day, now
from messaging.carriers.base import Receipt
from messaging.models import DailyFigure, HourlyFigure, SendRequest
from messaging.statistics import reading
from messaging.statistics.filters import Filters, midnight
from messaging.statistics.folding import fold
from messaging.statistics.scorecards import scorecards
from tests.messaging.road import Road, carrier_ids, numbers

from .history import write_history
from .recount import by_day, kept, kept_by_day

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def this_midnight() -> datetime:
    return midnight(local_day(now()))


def accepted(start: datetime, end: datetime) -> int:
    """Of the hourly rows, added up without the statements under test."""
    rows = HourlyFigure.objects.filter(hour__gte=start, hour__lt=end, code="")
    return rows.aggregate(total=Sum("messages"))["total"] or 0


def test_a_receipt_that_comes_a_day_late_counts_for_its_day(road: Road):
    first_id = road.accept(numbers(3)).first_id
    SendRequest.objects.update(created_at=F("created_at") - DAY)
    fold()
    assert set(DailyFigure.objects.values_list("day", "code", "messages")) == {
        (this_midnight() - DAY, "", 3)
    }
    road.submit_all()
    received = (carrier_ids(first_id + n)[0] for n in range(3))
    road.receive(*(Receipt(one, "DELIVRD", now()) for one in received))
    fold()
    assert kept_by_day() == by_day(kept())
    assert ("DELIVRD", 3) in set(DailyFigure.objects.values_list("code", "messages"))
    yesterday = Filters.of_days(
        customer_id=None, first=local_day(now()) - DAY, last=local_day(now())
    )
    first, last = reading.report(yesterday).points
    assert (first.figures.total, first.figures.successes) == (3, 3)
    assert first.latency.p50_s is not None
    assert last.figures.total == 0


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-4 * DAY, DAY),
        (-4 * DAY, -2 * DAY + 7 * HOUR),
        (-4 * DAY + 5 * HOUR, -2 * DAY),
        (-DAY, -DAY + 3 * HOUR),
        (-DAY, timedelta()),
    ],
)
def test_any_period_equals_its_hours(road: Road, start: timedelta, end: timedelta):
    write_history(road, days=6)
    first, beyond = this_midnight() + start, this_midnight() + end
    period = Filters(customer_id=road.application.customer_id, start=first, end=beyond)
    expected = accepted(first, beyond)
    assert expected > 0
    assert reading.figures(period).total == expected
    report = reading.report(period)
    assert report.figures.total == sum(point.figures.total for point in report.points) == expected
    by_place = reading.breakdown(period, by="place").values()
    assert sum(figures.total for figures in by_place) == expected
    assert sum(figures.total for _key, figures in reading.detailed(period)) == expected


def test_longer_reports_read_no_hours_of_whole_days(road: Road):
    write_history(road, days=4)
    week = Filters.of_days(
        customer_id=None, first=local_day(now()) - 6 * DAY, last=local_day(now())
    )
    start, end = week.start, week.end
    report, cards = reading.report(week), scorecards(start, end, is_daily=True)
    HourlyFigure.objects.all().delete()
    assert report.figures.total > 0
    assert reading.report(week) == report
    assert scorecards(start, end, is_daily=True) == cards


def test_days_are_made_again_from_their_hours(road: Road, capsys: pytest.CaptureFixture[str]):
    write_history(road, days=3)
    before = _histograms()
    DailyFigure.objects.filter(code="").delete()
    DailyFigure.objects.update(messages=1, latency=None)
    call_command("rebuild_days")
    assert kept_by_day() == by_day(kept())
    assert _histograms() == before
    assert sum(before.values()) == sum(
        sum(row.latency) for row in HourlyFigure.objects.exclude(latency=None)
    )
    assert "made again" in capsys.readouterr().out


def _histograms() -> Counter[tuple[datetime, int]]:
    found: Counter[tuple[datetime, int]] = Counter()
    for day, steps in DailyFigure.objects.exclude(latency=None).values_list("day", "latency"):
        for step, messages in enumerate(steps):
            found[day, step] += messages
    return found
