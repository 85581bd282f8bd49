"""Promotions go out by day only (ruling 16)."""

from datetime import datetime

import pytest
import time_machine

from messaging.models import Message
from messaging.models.partitions import ensure_partitions
from messaging.policy.send_window import is_open
from reviews.models.kinds import MessageType
from tests.messaging.road import build_road, numbers

DAY = ["08:00", "22:00"]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("07:59:59", False), ("08:00:00", True), ("21:59:59", True), ("22:00:00", False)],
)
def test_the_hours_are_those_of_shanghai(settings, clock: str, expected: bool):
    settings.SMS_PROMOTION_WINDOW = DAY
    moment = datetime.fromisoformat(f"2026-05-01T{clock}+08:00")
    assert is_open(moment, MessageType.PROMOTION) is expected
    assert is_open(moment, MessageType.NOTIFICATION)
    assert is_open(moment, MessageType.VERIFICATION)


def test_all_day_is_possible(settings):
    settings.SMS_PROMOTION_WINDOW = ["00:00", "24:00"]
    assert is_open(datetime.fromisoformat("2026-05-01T23:59:59+08:00"), MessageType.PROMOTION)


@pytest.mark.parametrize(
    ("type_", "code"), [(MessageType.PROMOTION, "SC:0011"), (MessageType.NOTIFICATION, "")]
)
def test_at_night_a_promotion_is_accepted_and_fails(db, settings, type_: MessageType, code: str):
    settings.SMS_PROMOTION_WINDOW = DAY
    with time_machine.travel(datetime.fromisoformat("2026-05-01T23:00:00+08:00"), tick=False):
        ensure_partitions()
        road = build_road()
        road.accept(numbers(2), template=road.of_type(type_))
        assert set(Message.objects.values_list("code", flat=True)) == {code}
