"""Values of variables go a day after the final status, and nothing else does (ruling 29)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from common.clock import now
from messaging.carriers.base import Receipt
from messaging.models import Erasure, Message, SendRequest
from messaging.retention import values
from messaging.retention.values import erase_values
from tests.messaging.road import Road, carrier_ids, numbers

DAY = timedelta(hours=24)


def own_values(road: Road, count: int = 3) -> int:
    """A delivered request whose messages have values of their own; the id of the first."""
    accepted = road.deliver(count, callback="http://127.0.0.1:9/report")
    SendRequest.objects.filter(id=accepted.first_id).update(variables=None)
    Message.objects.filter(request_id=accepted.first_id).update(
        variables=["123456"], finished_at=timezone.now()
    )
    return accepted.first_id


def kept(first_id: int) -> list[object]:
    of_request = Message.objects.filter(request_id=first_id).order_by("id")
    return list(of_request.values_list("variables", flat=True))


def later(hours: float) -> datetime:
    return now() + timedelta(hours=hours)


def test_values_are_kept_for_a_day(road: Road):
    first = own_values(road)
    assert erase_values(later(23.9)) == 0
    assert kept(first) == [["123456"]] * 3
    assert erase_values(later(24.1)) == 3
    assert kept(first) == [None] * 3
    assert set(Message.objects.values_list("state", "code")) == {
        (Message.State.DELIVERED, "DELIVRD")
    }


def test_shared_values_go_with_the_last_message(road: Road):
    accepted = road.accept(numbers(2))
    road.submit_all()
    first, second = (carrier_ids(accepted.first_id + n)[0] for n in (0, 1))
    road.receive(Receipt(first, "DELIVRD", timezone.now()))
    erase_values(later(30))
    assert SendRequest.objects.get().variables == ["A1001"]
    road.receive(Receipt(second, "DELIVRD", timezone.now()))
    assert erase_values(later(30)) == 1
    assert SendRequest.objects.get().variables is None


def test_security_codes_of_the_platform_go_too(road: Road):
    accepted = road.deliver(1, callback="http://127.0.0.1:9/report")
    SendRequest.objects.update(source=SendRequest.Source.PLATFORM, variables=["246810"])
    Message.objects.update(finished_at=timezone.now())
    erase_values(later(25))
    assert SendRequest.objects.get(id=accepted.first_id).variables is None


def test_a_message_without_a_report_keeps_its_values_until_it_has_one(road: Road):
    first = own_values(road)
    Message.objects.filter(id=first).update(state=Message.State.SUBMITTED, finished_at=None)
    erase_values(later(25))
    assert kept(first) == [["123456"], None, None]
    Message.objects.filter(id=first).update(
        state=Message.State.EXPIRED, finished_at=timezone.now() + timedelta(hours=30)
    )
    erase_values(later(53))
    assert kept(first)[0] == ["123456"]
    erase_values(later(55))
    assert kept(first) == [None] * 3


def test_it_goes_on_from_where_everything_was_erased(
    road: Road, monkeypatch: pytest.MonkeyPatch, statements: list[str]
):
    monkeypatch.setattr(values, "SLICE", 2)
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        first = own_values(road, 5)
    assert erase_values(now()) == 5
    mark = Erasure.objects.get().through
    assert mark >= first + 4
    statements.clear()
    assert erase_values(now()) == 0
    assert len([one for one in statements if "UPDATE messaging_message" in one]) == 1


def test_what_is_not_erased_holds_the_mark_back(road: Road, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(values, "SLICE", 2)
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        first = own_values(road, 6)
    Message.objects.filter(id=first + 2).update(state=Message.State.UNKNOWN, finished_at=None)
    erase_values(now())
    assert Erasure.objects.get().through == first + 1
    assert kept(first) == [None, None, ["123456"], None, None, None]


def test_what_can_never_end_is_erased_in_the_end(road: Road):
    with time_machine.travel(timezone.now() - timedelta(days=4), tick=False):
        first = own_values(road, 1)
    Message.objects.update(state=Message.State.UNKNOWN, finished_at=None)
    erase_values(now())
    assert kept(first) == [["123456"]]
    erase_values(now() + timedelta(days=4))
    assert kept(first) == [None]


def test_the_time_is_a_setting(road: Road, settings):
    settings.SMS_VALUES_KEPT_S = 3600
    first = own_values(road)
    erase_values(later(1.1))
    assert kept(first) == [None] * 3
