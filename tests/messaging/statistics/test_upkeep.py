"""Keeping figures: counting again, dropping, and the places of numbers."""

from datetime import timedelta

import phonenumbers
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from phonenumbers import carrier, geocoder

from common.clock import local_day, now
from messaging.models import DailyFigure, HourlyFigure
from messaging.statistics import reading
from messaging.statistics.filters import Filters, midnight
from messaging.statistics.folding import fold
from messaging.statistics.places import CARRIERS, REGIONS, carrier_of, region_of
from messaging.statistics.retention import drop_expired
from messaging.tasks import statistics as tasks
from tests.messaging.road import Road, numbers


def test_lost_figures_are_counted_again(road: Road, capsys: pytest.CaptureFixture[str]):
    road.accept(numbers(3), blocked=["SC:0003", None, None])
    fold()
    expected = reading.today(road.application.customer_id)
    HourlyFigure.objects.all().delete()
    DailyFigure.objects.all().delete()
    today = str(local_day(now()))
    call_command("rebuild_statistics", "--from", today, "--to", today)
    assert reading.today(road.application.customer_id) == expected
    assert expected.total == 3
    assert today in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2021-01-01", "2021-01-02", "The messages of 2021-01-01 are no longer kept."),
        ("2026-01-02", "2026-01-01", "--to lies before --from."),
    ],
)
def test_days_without_messages_are_not_overwritten(first: str, last: str, words: str):
    with pytest.raises(CommandError, match=words):
        call_command("rebuild_statistics", "--from", first, "--to", last)


def test_figures_are_dropped_when_their_time_is_over(road: Road, settings):
    road.accept(numbers(1))
    assert tasks.fold_statistics() == 1
    assert drop_expired() == 0
    settings.SMS_STATISTICS_DAYS = 400
    HourlyFigure.objects.update(hour=now() - timedelta(days=401))
    DailyFigure.objects.update(day=midnight(local_day(now()) - timedelta(days=401)))
    assert tasks.drop_statistics() == 2
    assert not HourlyFigure.objects.exists()
    assert not DailyFigure.objects.exists()


def test_the_period_before_is_as_long_as_what_has_passed():
    moment = now()
    today = Filters.of_today(customer_id=1)
    before = today.previous(moment)
    assert before.start == today.start - timedelta(days=1)
    assert before.end - before.start <= moment - today.start + timedelta(hours=1)
    week = Filters.of_days(
        customer_id=1,
        first=local_day(moment) - timedelta(days=10),
        last=local_day(moment) - timedelta(days=4),
    )
    assert week.previous(moment).end == week.start


@pytest.mark.django_db
def test_numbers_belong_where_their_data_says():
    for number in ("13800138000", "18912345678", "13000000000", "19200001234", "17012345678"):
        parsed = phonenumbers.parse(f"+86{number}")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT get_byte(places, %s) FROM messaging_numbersegment WHERE prefix = %s",
                [int(number[4:7]), number[:4]],
            )
            (place,) = cursor.fetchone()
        region = geocoder.description_for_number(parsed, "en").rpartition(", ")[2]
        assert CARRIERS[carrier_of(place)] == carrier.name_for_number(parsed, "en")
        assert REGIONS[region_of(place)] == (region if region != "China" else "Unknown")


@pytest.mark.django_db
def test_the_places_of_numbers_can_be_loaded_again(capsys: pytest.CaptureFixture[str]):
    call_command("load_number_segments")
    assert "segments of numbers were loaded" in capsys.readouterr().out
