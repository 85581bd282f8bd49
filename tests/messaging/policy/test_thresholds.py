"""Traffic thresholds: exact at the edge, told once, and never in the way of the platform."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from customers.models import AuditEvent, Contact, Delivery, Notice
from messaging.models import Message, TrafficThreshold
from messaging.models.partitions import ensure_partitions
from messaging.policy import thresholds
from messaging.policy.thresholds import ThresholdReached, gauges_of
from tests.factories import UserFactory
from tests.messaging.road import Road, build_road, numbers

EVENING = datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC)
"""One second to midnight in Shanghai."""
NEXT_DAY = datetime(2026, 5, 1, 16, 0, 0, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 5, 31, 16, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    thresholds.forget()
    yield
    thresholds.forget()


def limited(road: Road, **values: int) -> TrafficThreshold:
    chosen = {"daily_alarm": 5, "daily_limit": 10, "monthly_alarm": 80, "monthly_limit": 100}
    return TrafficThreshold.objects.create(
        customer_id=road.application.customer_id, **chosen | values
    )


def events(road: Road) -> list[str]:
    own = Notice.objects.for_customer(road.application.customer)
    return list(own.order_by("id").values_list("event", flat=True))


def take(road: Road, count: int, at: datetime) -> None:
    thresholds.take(road.application.customer_id, count, at)


def used(road: Road, at: datetime) -> tuple[int, int]:
    day, month = gauges_of(TrafficThreshold.objects.get(), at)
    assert day.limit == 10
    return day.used, month.used


def test_what_fits_is_counted_and_what_does_not_is_refused_as_a_whole(road: Road):
    limited(road)
    road.accept(numbers(8))
    with pytest.raises(ThresholdReached) as refused:
        road.accept(numbers(3))
    assert refused.value.code == "E000623"
    assert "8 of 10" in str(refused.value)
    road.accept(numbers(2))
    assert Message.objects.count() == 10
    assert used(road, timezone.now()) == (10, 10)


def test_a_month_ends_the_same_way(road: Road):
    limited(road, daily_limit=99, monthly_alarm=50)
    for count in (60, 40):
        take(road, count, NEXT_DAY if count == 40 else EVENING)
    with pytest.raises(ThresholdReached, match="of the month"):
        take(road, 1, NEXT_DAY)
    take(road, 1, NEXT_MONTH)


def test_parts_do_not_count_numbers_do(road: Road):
    limited(road)
    road.accept([*numbers(2), None], parts=3)
    assert used(road, timezone.now()) == (2, 2)


def test_the_day_begins_at_midnight_in_shanghai(road: Road):
    limited(road)
    take(road, 10, EVENING)
    with pytest.raises(ThresholdReached):
        take(road, 1, EVENING)
    take(road, 4, NEXT_DAY)
    assert used(road, NEXT_DAY) == (4, 14)


def test_whoever_comes_late_over_midnight_counts_for_the_new_day(road: Road):
    limited(road)
    take(road, 4, NEXT_DAY)
    take(road, 4, EVENING)
    assert used(road, NEXT_DAY) == (8, 8)


def test_without_values_and_defaults_nothing_is_counted(road: Road, settings):
    settings.SMS_TRAFFIC_DEFAULTS = []
    road.accept(numbers(20))
    assert not TrafficThreshold.objects.exists()


def test_the_defaults_hold_for_whoever_has_no_values(road: Road, settings):
    settings.SMS_TRAFFIC_DEFAULTS = [5, 10, 80, 100]
    road.accept(numbers(10))
    with pytest.raises(ThresholdReached):
        road.accept(numbers(1))
    row = TrafficThreshold.objects.get()
    assert (row.daily_alarm, row.daily_limit, row.day_used) == (5, 10, 10)


def test_lifted_thresholds_let_everything_pass(road: Road):
    limited(road, is_enforced=False)
    road.accept(numbers(20))
    assert used(road, timezone.now()) == (0, 0)


class TestTelling:
    def test_the_alarm_is_told_once(self, road: Road):
        limited(road)
        for count in (4, 1, 1):
            take(road, count, EVENING)
        assert events(road) == ["daily_alarm"]

    def test_a_higher_value_is_armed_again_a_lower_one_is_not(self, road: Road):
        row = limited(road)
        take(road, 5, EVENING)
        TrafficThreshold.objects.filter(pk=row.pk).update(daily_alarm=4)
        take(road, 1, EVENING)
        assert events(road) == ["daily_alarm"]
        TrafficThreshold.objects.filter(pk=row.pk).update(daily_alarm=7)
        take(road, 1, EVENING)
        assert events(road) == ["daily_alarm", "daily_alarm"]

    def test_the_next_day_is_told_again(self, road: Road):
        limited(road)
        take(road, 5, EVENING)
        take(road, 5, NEXT_DAY)
        assert events(road) == ["daily_alarm", "daily_alarm"]

    def test_a_full_day_is_told_once_even_if_requests_go_on(self, road: Road):
        limited(road)
        take(road, 10, EVENING)
        for _again in range(2):
            with pytest.raises(ThresholdReached) as refused:
                take(road, 1, EVENING)
            refused.value.tell()
        assert events(road) == ["daily_limit"]

    def test_a_request_that_does_not_fit_tells_too(self, road: Road):
        limited(road)
        take(road, 4, EVENING)
        with pytest.raises(ThresholdReached) as refused:
            take(road, 7, EVENING)
        refused.value.tell()
        assert events(road) == ["daily_limit"]

    def test_contacts_get_an_email_and_an_sms(self, road: Road):
        limited(road)
        Contact.objects.create(
            customer=road.application.customer,
            name="Duty",
            mobile="+8613800138000",
            email="duty@example.com",
            mobile_verified_at=timezone.now(),
            email_verified_at=timezone.now(),
            topics=["traffic"],
        )
        take(road, 5, EVENING)
        owed = Delivery.objects.order_by("medium").values_list("medium", "address")
        assert list(owed) == [("email", "duty@example.com"), ("sms", "+8613800138000")]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_never_pass_the_limit():
    """50 requests of 3 numbers, room for 100: exactly 33 of them fit."""
    ensure_partitions()
    road = build_road()
    limited(road, daily_alarm=99, daily_limit=100, monthly_alarm=150, monthly_limit=200)
    road.accept(numbers(1))  # everything remembered
    outcomes: list[bool] = []
    start = threading.Barrier(50)

    def send() -> None:
        try:
            start.wait()
            road.accept(numbers(3))
            outcomes.append(True)
        except ThresholdReached:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count(True), outcomes.count(False)) == (33, 17)
    assert Message.objects.count() == 100
    assert TrafficThreshold.objects.get().day_used == 100
    assert events(road) == ["daily_limit"]


def test_operations_raise_a_limit_and_the_use_stays(road: Road, client):
    row = limited(road)
    road.accept(numbers(4))
    client.force_login(UserFactory(administrator=True))
    fields = {
        "customer": row.pk,
        "is_enforced": "on",
        "daily_alarm": 5,
        "daily_limit": 20,
        "monthly_alarm": 80,
        "monthly_limit": 100,
        "daily_ceiling": 60_000,
        "monthly_ceiling": "",
    }
    page = f"/operations/messaging/trafficthreshold/{row.pk}/change/"
    assert client.post(page, fields | {"daily_limit": 5}).status_code == 200
    assert client.post(page, fields).status_code == 302
    row.refresh_from_db()
    assert (row.daily_limit, row.daily_ceiling, row.day_used) == (20, 60_000, 4)
    assert AuditEvent.objects.filter(object_type="trafficthreshold", verb="update").exists()
