"""The page of the traffic thresholds: gauges, and values that managers change."""

import pytest

from customers.models import AuditEvent, Customer
from messaging.models import TrafficThreshold
from messaging.policy import thresholds
from tests.messaging.road import Road, numbers

from .conftest import Visitor

PAGE = "/thresholds"
EDIT = "/thresholds/edit"
VALUES = {"daily_alarm": 40, "daily_limit": 50, "monthly_alarm": 800, "monthly_limit": 1000}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    thresholds.forget()
    yield
    thresholds.forget()


@pytest.fixture
def row(customer: Customer) -> TrafficThreshold:
    return TrafficThreshold.objects.create(customer=customer, **VALUES)


def values_of(customer: Customer) -> dict[str, int]:
    return TrafficThreshold.objects.for_customer(customer).values(*VALUES).get()


def test_the_gauges_say_how_much_is_used(road: Road, row: TrafficThreshold, viewer: Visitor):
    road.accept(numbers(45))
    page = viewer.get(PAGE).content.decode()
    assert "45 messages used; alarm at 40, limit at 50" in page
    assert "45 messages used; alarm at 800, limit at 1,000" in page
    assert "Above the alarm value" in page
    assert EDIT not in page


def test_a_customer_without_thresholds_is_told_so(owner: Visitor):
    assert "Your account has no thresholds" in owner.get(PAGE).content.decode()


def test_lifted_thresholds_are_said(row: TrafficThreshold, owner: Visitor):
    TrafficThreshold.objects.update(is_enforced=False)
    assert "Operations have lifted the thresholds" in owner.get(PAGE).content.decode()


def test_managers_change_the_values(customer: Customer, row: TrafficThreshold, owner: Visitor):
    changed = VALUES | {"daily_limit": 60}
    assert owner.post(EDIT, changed).status_code == 302
    assert values_of(customer) == changed
    event = AuditEvent.objects.get(object_type="threshold")
    assert (event.before["daily_limit"], event.after["daily_limit"]) == (50, 60)
    assert event.actor == owner.membership.user


def test_a_change_forgets_nothing_that_was_sent(road: Road, row: TrafficThreshold, owner: Visitor):
    road.accept(numbers(5))
    owner.post(EDIT, VALUES | {"daily_limit": 60})
    assert TrafficThreshold.objects.get().day_used == 5


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"daily_alarm": 50}, "The daily limit (50) must be higher than the daily alarm (50)."),
        ({"monthly_alarm": 1001}, "The monthly limit (1000) must be higher than"),
        ({"daily_limit": 1000}, "The monthly limit (1000) must be higher than the daily limit"),
        ({"daily_alarm": 60}, "The daily limit (50) must be higher than the daily alarm (60)."),
        ({"daily_limit": 2000}, "The monthly limit (1000) must be higher than the daily limit"),
        ({"daily_alarm": 0}, "Write a number of at least 1."),
        ({"daily_alarm": -1}, "Write a number of at least 1."),
        ({"daily_limit": 50_001, "monthly_limit": 60_000}, "may choose at most 50000 here"),
        ({"daily_alarm": ""}, "This field is required."),
        ({"daily_alarm": "4.5"}, "Enter a whole number."),
    ],
)
def test_wrong_values_are_refused_and_kept_on_the_page(
    customer: Customer, row: TrafficThreshold, owner: Visitor, wrong: dict, sentence: str
):
    response = owner.post(EDIT, VALUES | wrong)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert all(f'value="{typed}"' in page for typed in (VALUES | wrong).values() if typed)
    assert values_of(customer) == VALUES
    assert not AuditEvent.objects.filter(object_type="threshold").exists()


def test_operations_raise_the_ceiling(customer: Customer, row: TrafficThreshold, owner: Visitor):
    TrafficThreshold.objects.update(daily_ceiling=200_000)
    changed = VALUES | {"daily_limit": 150_000, "monthly_limit": 200_000}
    assert owner.post(EDIT, changed).status_code == 302


def test_the_defaults_are_shown_to_whoever_has_no_values(settings, owner: Visitor):
    settings.SMS_TRAFFIC_DEFAULTS = [400, 500, 8000, 10_000]
    assert "0 messages used; alarm at 400, limit at 500" in owner.get(PAGE).content.decode()
