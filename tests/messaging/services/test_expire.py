from datetime import timedelta

from django.utils import timezone

from messaging.carriers.base import Answer, Receipt
from messaging.models import Callback, Message, Part
from messaging.services.expire import expire_messages
from tests.messaging.road import Road, carrier_ids, numbers

REPORT = "http://127.0.0.1:9/report"


def three_days_pass() -> None:
    Message.objects.filter(submitted_at__isnull=False).update(
        submitted_at=timezone.now() - timedelta(hours=72, seconds=1)
    )


def test_a_message_without_a_report_expires(road: Road):
    road.accept(numbers(1), callback=REPORT, parts=2)
    road.submit_all(parts=2)
    assert expire_messages() == 0
    three_days_pass()
    assert expire_messages() == 1
    message = Message.objects.get()
    assert (message.state, message.code) == (Message.State.EXPIRED, "EXPIRED")
    assert set(Part.objects.values_list("code", "source")) == {("EXPIRED", 1)}
    assert Callback.objects.count() == 2
    assert expire_messages() == 0


def test_parts_reported_before_keep_their_report(road: Road):
    accepted = road.accept(numbers(1), callback=REPORT, parts=2)
    road.submit_all(parts=2)
    first, second = carrier_ids(accepted.first_id, 2)
    road.receive(Receipt(first, "DELIVRD", timezone.now()))
    three_days_pass()
    expire_messages()
    codes = Part.objects.order_by("sequence").values_list("code", flat=True)
    assert list(codes) == ["DELIVRD", "EXPIRED"]
    assert Callback.objects.count() == 2
    road.receive(Receipt(second, "DELIVRD", timezone.now()))
    assert Message.objects.get().code == "EXPIRED"
    assert Callback.objects.count() == 2


def test_an_unknown_message_expires_too(road: Road):
    accepted = road.accept(numbers(1), callback=REPORT)
    road.record(road.claim(), [Answer(accepted.first_id)])
    three_days_pass()
    assert expire_messages() == 1
    assert Callback.objects.count() == 1


def test_a_waiting_message_does_not(road: Road):
    road.accept(numbers(1))
    Message.objects.update(submitted_at=None)
    assert expire_messages() == 0
