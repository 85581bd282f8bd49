from datetime import timedelta
from typing import Any

from django.utils import timezone

from messaging.carriers.base import Answer, Receipt
from messaging.models import Callback, Message, Part, SendRequest
from messaging.models.ids import NUMBERS_PER_DAY
from messaging.services import dispatch, expire
from messaging.services.expire import expire_messages, expire_waiting
from tests.messaging.road import OWNER, Road, carrier_ids, numbers

REPORT = "http://127.0.0.1:9/report"


def three_days_pass(settings: Any) -> None:
    """As ids say on which day messages were made, patience gets less, too."""
    settings.SMS_REPORT_TIMEOUT_S = 0
    before = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(submitted_at__isnull=False).update(submitted_at=before)


def test_a_message_without_a_report_expires(road: Road, settings: Any):
    road.accept(numbers(1), callback=REPORT, parts=2)
    road.submit_all(parts=2)
    assert expire_messages() == 0
    three_days_pass(settings)
    assert expire_messages() == 1
    message = Message.objects.get()
    assert (message.state, message.code) == (Message.State.EXPIRED, "EXPIRED")
    assert set(Part.objects.values_list("code", "source")) == {("EXPIRED", 1)}
    assert Callback.objects.count() == 2
    assert expire_messages() == 0


def test_parts_reported_before_keep_their_report(road: Road, settings: Any):
    accepted = road.accept(numbers(1), callback=REPORT, parts=2)
    road.submit_all(parts=2)
    first, second = carrier_ids(accepted.first_id, 2)
    road.receive(Receipt(first, "DELIVRD", timezone.now()))
    three_days_pass(settings)
    expire_messages()
    codes = Part.objects.order_by("sequence").values_list("code", flat=True)
    assert list(codes) == ["DELIVRD", "EXPIRED"]
    assert Callback.objects.count() == 2
    road.receive(Receipt(second, "DELIVRD", timezone.now()))
    assert Message.objects.get().code == "EXPIRED"
    assert Callback.objects.count() == 2


def test_an_unknown_message_expires_too(road: Road, settings: Any):
    accepted = road.accept(numbers(1), callback=REPORT)
    road.record(road.claim(), [Answer(accepted.first_id)])
    three_days_pass(settings)
    assert expire_messages() == 1
    assert Callback.objects.count() == 1


def test_a_waiting_message_does_not(road: Road):
    road.accept(numbers(1))
    Message.objects.update(submitted_at=None)
    assert expire_messages() == 0


def test_days_too_young_for_anything_to_be_overdue_are_not_read(road: Road):
    accepted = road.accept(numbers(1))
    latest = expire._overdue()["latest"]
    assert accepted.first_id - 4 * NUMBERS_PER_DAY < latest < accepted.first_id - NUMBERS_PER_DAY


def test_a_virtual_clock_brings_the_end_forward(road: Road, settings):
    road.accept(numbers(1), callback=REPORT)
    road.submit_all()
    Message.objects.update(submitted_at=timezone.now() - timedelta(seconds=4))
    assert expire_messages() == 0
    settings.SMS_VIRTUAL_SPEED = 86_400
    assert expire_messages() == 1
    assert Callback.objects.count() == 1


def test_what_nobody_carries_expires_when_its_lifetime_is_over(road: Road, monkeypatch):
    monkeypatch.setattr(expire, "LATE_REQUESTS", 2)
    for start in range(5):
        road.accept(numbers(2, start=13800000000 + 10 * start), callback=REPORT)
    SendRequest.objects.update(created_at=timezone.now() - timedelta(hours=73))
    road.accept(numbers(1, start=13900000000))
    assert expire_waiting() == 5
    assert road.states() == [Message.State.EXPIRED] * 10 + [Message.State.ACCEPTED]
    assert Callback.objects.count() == 10
    assert expire_waiting() == 0


def test_what_a_process_holds_is_left_to_it(road: Road):
    road.accept(numbers(1))
    road.claim()
    SendRequest.objects.update(created_at=timezone.now() - timedelta(hours=73))
    assert expire_waiting() == 0
    assert road.states() == [Message.State.ACCEPTED]


def test_what_a_dead_process_left_in_doubt_expires_when_nobody_asks_the_carrier(road: Road):
    road.accept(numbers(2), callback=REPORT)
    slice_ = road.claim()
    assert dispatch.announce(slice_=slice_, owner=OWNER)
    three_days_ago = timezone.now() - timedelta(hours=72, seconds=1)
    SendRequest.objects.update(created_at=three_days_ago)
    assert expire_waiting() == 0, "its process lives"
    SendRequest.objects.update(leased_until=three_days_ago)
    assert expire_waiting() == 1
    assert road.states() == [Message.State.EXPIRED] * 2
    assert Callback.objects.count() == 2
    assert SendRequest.objects.get().dispatch == SendRequest.Dispatch.DONE
