"""Traffic thresholds: read by all, changed by owners and administrators, by the service's rules."""

import pytest

from customers.models import AuditEvent
from messaging.models import TrafficThreshold
from tests.api.console.caller import ConsoleCaller, console_caller

VALUES = {
    "daily_alarm": 800,
    "daily_limit": 1_000,
    "monthly_alarm": 16_000,
    "monthly_limit": 20_000,
}


def test_defaults_and_a_change(owner: ConsoleCaller, settings):
    settings.SMS_TRAFFIC_DEFAULTS = (400, 500, 8_000, 10_000)
    before = owner.call("GET", "thresholds").body
    assert (before["is_enforced"], before["daily_limit"], before["daily_used"]) == (True, 500, 0)
    changed = owner.call("PUT", "thresholds", VALUES)
    assert changed.status == 200
    assert changed.body == owner.call("GET", "thresholds").body
    assert changed.body["monthly_limit"] == 20_000
    event = AuditEvent.objects.get(object_type="threshold")
    assert event.actor == owner.membership.user
    other = console_caller()
    assert other.call("GET", "thresholds").body["daily_limit"] == 500


def test_without_any_thresholds(owner: ConsoleCaller, settings):
    settings.SMS_TRAFFIC_DEFAULTS = None
    body = owner.call("GET", "thresholds").body
    assert (body["is_enforced"], body["daily_limit"]) == (False, None)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"daily_limit": 800}, "must be higher than the daily alarm (800)"),
        ({"monthly_limit": 16_000}, "must be higher than the monthly alarm"),
        ({"daily_limit": 2**31 - 1, "monthly_limit": 2**31 - 1}, "must be higher"),
        ({"daily_alarm": 0}, "daily_alarm"),
        ({"daily_alarm": -5}, "daily_alarm"),
        ({"daily_alarm": 2**31}, "daily_alarm"),
        ({"daily_alarm": "many"}, "daily_alarm"),
        ({"daily_alarm": None}, "daily_alarm"),
        ({"weekly_alarm": 5}, "there is no such field"),
    ],
)
def test_what_is_refused(owner: ConsoleCaller, change: dict[str, object], found: str):
    answer = owner.call("PUT", "thresholds", VALUES | change)
    assert answer.told == (400, "MSGSMS.0002")
    assert found in answer.detail
    assert not TrafficThreshold.objects.exists()


def test_above_the_ceiling(owner: ConsoleCaller, settings):
    settings.SMS_TRAFFIC_CEILINGS = (900, 90_000)
    answer = owner.call("PUT", "thresholds", VALUES)
    assert answer.told == (400, "MSGSMS.0002")
    assert "at most 900" in answer.detail


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_lesser_roles_only_read(owner: ConsoleCaller, role: str):
    colleague = owner.colleague(role)
    assert colleague.call("GET", "thresholds").status == 200
    answer = colleague.call("PUT", "thresholds", VALUES)
    assert answer.told == (403, "MSGSMS.0054")
    assert role in answer.detail
