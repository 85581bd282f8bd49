"""What carrier processes say of channels, and what customers and operations learn from it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from messaging.models import Channel, ChannelHealth, SendRequest
from messaging.services import health
from messaging.services.health import Beat, Counts
from tests.messaging.road import Road, build_road, numbers

pytestmark = pytest.mark.usefixtures("db")

STARTING, UP, DOWN = ChannelHealth.State


@pytest.fixture
def channel(road: Road) -> Channel:
    return road.channel


def say(
    channel: Channel, state: int, *, owner: str = "one", error: str = "", **counts: int
) -> None:
    health.record(
        Beat(
            channel_id=channel.pk,
            owner=owner,
            state=ChannelHealth.State(state),
            error=error,
            is_throttled=False,
            counts=Counts(**counts),
            elapsed_s=2,
        )
    )


def earlier(seconds: int, *columns: str) -> datetime:
    moment = timezone.now() - timedelta(seconds=seconds)
    ChannelHealth.objects.update(**dict.fromkeys(columns, moment))
    return moment


def down_since(channel: Channel) -> datetime | None:
    return health.channels().get(pk=channel.pk).down_since


def test_a_channel_that_nobody_ever_carried_is_down(channel: Channel):
    assert health.down_channels() == {channel.pk: channel.created_at}


def test_since_tells_when_it_came_up_or_went_down(channel: Channel):
    say(channel, STARTING)
    began = earlier(60, "since")
    say(channel, DOWN, error="ConnectionRefusedError")
    assert down_since(channel) == began, "it was not up meanwhile"
    say(channel, UP)
    row = ChannelHealth.objects.get()
    assert (down_since(channel), row.error) == (None, "ConnectionRefusedError")
    assert row.since > began
    up_since = earlier(60, "since")
    say(channel, UP)
    assert ChannelHealth.objects.get().since == up_since


def test_silence_is_an_outage_that_began_with_the_last_sign_of_life(channel: Channel):
    say(channel, UP)
    earlier(3600, "since")
    last = earlier(16, "heartbeat_at")
    assert down_since(channel) == last
    say(channel, STARTING, owner="two")
    assert down_since(channel) == last
    say(channel, UP, owner="two")
    assert ChannelHealth.objects.get().since > last


def test_a_process_that_has_it_up_speaks_before_one_that_has_not(channel: Channel):
    say(channel, UP, owner="one", submitted=10)
    say(channel, DOWN, owner="two", error="refused", submitted=3)
    row = ChannelHealth.objects.get()
    assert (row.state, row.owner, row.error, row.submitted) == (UP, "one", "", 13)
    say(channel, DOWN, owner="one", error="gone")
    say(channel, UP, owner="two")
    assert ChannelHealth.objects.get().owner == "two"


def test_figures_add_up_and_rates_are_of_the_last_beat(channel: Channel):
    say(channel, UP, submitted=100, matched=4, unknown=3, duplicate=2, malformed=1)
    say(channel, UP, submitted=50, matched=1, unknown=-1)
    row = ChannelHealth.objects.get()
    assert (row.submitted, row.matched, row.unknown, row.duplicate, row.malformed) == (
        150, 5, 2, 2, 1,
    )  # fmt: skip
    assert (row.submits_per_s, row.receipts_per_s) == (25, 0)


def test_a_channel_that_was_deleted_has_no_health(channel: Channel):
    Channel.objects.filter(pk=channel.pk).delete()
    say(channel, UP)
    assert not ChannelHealth.objects.exists()


def test_a_customer_is_told_only_of_what_holds_own_messages_back(road: Road):
    say(road.channel, DOWN)
    since = earlier(60, "since")
    customer = road.application.customer
    assert health.outage(customer) is None
    road.accept(numbers(3))
    road.accept(numbers(2))
    Channel.objects.update(is_default=False)
    stranger = build_road()
    health.forget()
    told = health.outage(customer)
    assert (told.since, told.messages) == (since, 5)
    assert health.outage(stranger.application.customer) is None
    say(road.channel, UP)
    health.forget()
    assert health.outage(customer) is None


def test_backlogs_are_counted_by_channel(road: Road):
    assert health.backlogs() == {}
    road.accept(numbers(3))
    first = SendRequest.objects.get()
    road.accept(numbers(2))
    assert health.backlogs() == {road.channel.pk: health.Backlog(5, first.created_at)}
