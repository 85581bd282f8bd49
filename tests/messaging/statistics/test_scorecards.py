"""Scorecards of channels, and the alarms that follow from them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.clock import now
from messaging.carriers.base import Answer, Receipt
from messaging.models import ChannelAlarm, HourlyFigure, SendRequest
from messaging.services import channel_alarms, dispatch
from messaging.statistics.callback_lag import callback_lags
from messaging.statistics.folding import fold
from messaging.statistics.latency import STEPS
from messaging.statistics.scorecards import scorecards
from tests.messaging.road import OWNER, Road, carrier_ids, numbers

HOUR = timedelta(hours=1)
REPORT = "http://127.0.0.1:9/report"


@pytest.fixture(autouse=True)
def _few_messages(settings):
    settings.SMS_DROP_MESSAGES = 10
    settings.SMS_ALARM_CALM_S = 0


def hour() -> "timezone.datetime":
    return now().replace(minute=0, second=0, microsecond=0)


def figure(road: Road, *, code: str, messages: int, hours_ago: int, step: int = 5) -> None:
    """A row as folding leaves it."""
    is_delivered = code == "DELIVRD"
    steps = [messages if one == step else 0 for one in range(STEPS)]
    HourlyFigure.objects.create(
        hour=hour() - hours_ago * HOUR,
        customer_id=road.application.customer_id,
        application_id=road.application.pk,
        signature_id=0,
        template_version_id=1,
        type="NOTIFY_TYPE",
        source=SendRequest.Source.API,
        sender="1069",
        place=33,
        channel_id=road.channel.pk,
        reported_by=2,
        code=code,
        messages=messages,
        parts=messages,
        latency=steps if is_delivered else None,
        transit=steps if is_delivered else None,
    )


def carry(road: Road, *codes: str) -> None:
    accepted = road.accept(numbers(len(codes)))
    slice_ = road.claim()
    assert slice_ is not None
    assert dispatch.announce(slice_=slice_, owner=OWNER)
    ids = [one.message_id for one in slice_.submissions]
    road.record(slice_, [Answer(one, carrier_ids(one)) for one in ids])
    receipts = [
        Receipt(carrier_ids(accepted.first_id + n)[0], code, timezone.now())
        for n, code in enumerate(codes)
    ]
    road.receive(*receipts)


def test_a_channel_is_scored_by_carrier_and_type_folded_or_not(road: Road):
    carry(road, "DELIVRD", "DELIVRD", "UNDELIV", "REJECTD")
    road.accept(numbers(5, start=13900000000), blocked=["SC:0003"] * 5)

    def scored() -> dict[str, object]:
        (card,) = scorecards(hour() - HOUR, hour() + HOUR)
        assert card.channel == road.channel
        assert list(card.kinds) == [(1, "NOTIFY_TYPE")]
        together = card.together
        return {
            "messages": together.messages,
            "rate": together.delivery_rate,
            "terminal": together.terminal_rate,
            "delivered after": together.latency,
            "busiest": card.busiest_hour,
        }

    before = scored()
    assert before["messages"] == before["busiest"] == 4
    assert (before["rate"], before["terminal"]) == (0.5, 0.25)
    fold()
    assert scored() == before


def test_a_sudden_drop_begins_an_alarm_that_ends_with_it(road: Road):
    for hours_ago in (5, 10):
        figure(road, code="DELIVRD", messages=95, hours_ago=hours_ago)
        figure(road, code="UNDELIV", messages=5, hours_ago=hours_ago)
    figure(road, code="DELIVRD", messages=10, hours_ago=0)
    figure(road, code="UNDELIV", messages=10, hours_ago=0)
    assert channel_alarms.watch() == 1
    assert channel_alarms.watch() == 0, "it is on already"
    alarm = ChannelAlarm.objects.get()
    assert (alarm.channel, alarm.measure) == (road.channel, "delivery_rate")
    assert (alarm.usual, alarm.seen, alarm.messages) == (0.95, 0.5, 20)
    HourlyFigure.objects.filter(hour=hour()).delete()
    figure(road, code="DELIVRD", messages=20, hours_ago=0)
    channel_alarms.watch()
    alarm.refresh_from_db()
    assert alarm.ended_at is not None


def test_reports_that_come_late_begin_an_alarm(road: Road):
    figure(road, code="DELIVRD", messages=50, hours_ago=5, step=5)
    figure(road, code="DELIVRD", messages=50, hours_ago=0, step=12)
    channel_alarms.watch()
    assert ChannelAlarm.objects.get().measure == "latency"


@pytest.mark.parametrize(
    ("recent", "usual"), [((3, 6), (95, 5)), ((10, 10), (3, 2)), ((90, 10), (95, 5))]
)
def test_few_messages_and_small_changes_are_no_alarm(
    road: Road, recent: tuple[int, int], usual: tuple[int, int]
):
    for hours_ago, (delivered, failed) in ((0, recent), (5, usual)):
        figure(road, code="DELIVRD", messages=delivered, hours_ago=hours_ago)
        figure(road, code="UNDELIV", messages=failed, hours_ago=hours_ago)
    assert channel_alarms.watch() == 0


def test_the_lag_of_callbacks_is_told_by_customer(road: Road):
    assert callback_lags(limit=5) == []
    road.deliver(3, callback=REPORT)
    (lag,) = callback_lags(limit=5)
    assert (lag.customer_id, lag.owed, lag.broken) == (road.application.customer_id, 3, 0)
    assert lag.oldest_at is not None
