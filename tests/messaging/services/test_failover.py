"""What waits for a channel that is down goes over the other one; what may be written stays."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from messaging.carriers.base import Answer, Receipt
from messaging.models import Channel, ChannelHealth, ChannelRoute, Message, Part, SendRequest
from messaging.services import dispatch, routing
from messaging.services.failover import fail_over
from messaging.services.health import Beat, Counts, record
from tests.factories import ChannelFactory
from tests.messaging.road import OWNER, REPORTED_AT, Road, carrier_ids, numbers

pytestmark = pytest.mark.usefixtures("db")

UP, DOWN = ChannelHealth.State.UP, ChannelHealth.State.DOWN


def say(channel: Channel, state: ChannelHealth.State, *, seconds_ago: int = 0) -> None:
    """A carrier process said so, and has gone on saying so until now."""
    counts = Counts()
    record(
        Beat(
            channel_id=channel.pk,
            owner="process",
            state=state,
            error="",
            is_throttled=False,
            counts=counts,
            elapsed_s=1,
        )
    )
    since = timezone.now() - timedelta(seconds=seconds_ago)
    ChannelHealth.objects.filter(channel=channel).update(since=since)


@pytest.fixture
def backup(road: Road) -> Channel:
    """The stand-in for the road's channel, which is down for a minute."""
    backup = ChannelFactory(name="backup")
    ChannelRoute.objects.create(number="csms", is_prefix=True, primary=road.channel, backup=backup)
    say(road.channel, DOWN, seconds_ago=60)
    say(backup, UP)
    return backup


def channels_of_requests() -> list[int]:
    return list(SendRequest.objects.order_by("id").values_list("channel_id", flat=True))


def test_what_waits_moves_once_the_time_is_over(road: Road, backup: Channel):
    road.accept(numbers(3))
    ChannelHealth.objects.filter(channel=road.channel).update(
        since=timezone.now() - timedelta(seconds=1)
    )
    assert fail_over(to_channel_id=backup.pk) == 0
    ChannelHealth.objects.filter(channel=road.channel).update(
        since=timezone.now() - timedelta(seconds=31)
    )
    assert fail_over(to_channel_id=backup.pk) == 3
    assert channels_of_requests() == [backup.pk]


def test_a_channel_may_have_a_time_of_its_own(road: Road, backup: Channel):
    road.accept(numbers(1))
    Channel.objects.filter(pk=road.channel.pk).update(failover_after_s=600)
    assert fail_over(to_channel_id=backup.pk) == 0
    Channel.objects.filter(pk=road.channel.pk).update(failover_after_s=30)
    assert fail_over(to_channel_id=backup.pk) == 1


@pytest.mark.parametrize("state", [UP, DOWN])
def test_a_channel_whose_process_fell_silent_is_down(road: Road, backup: Channel, state):
    road.accept(numbers(1))
    say(road.channel, state, seconds_ago=3600 if state == UP else 60)
    ChannelHealth.objects.filter(channel=road.channel).update(
        heartbeat_at=timezone.now() - timedelta(seconds=46)
    )
    assert fail_over(to_channel_id=backup.pk) == 1


def test_nothing_moves_while_the_channel_is_up(road: Road, backup: Channel):
    say(road.channel, UP, seconds_ago=3600)
    road.accept(numbers(1))
    assert fail_over(to_channel_id=backup.pk) == 0
    assert channels_of_requests() == [road.channel.pk]


def test_only_numbers_of_the_route_move(road: Road, backup: Channel):
    other = ChannelFactory(name="other")
    sender = road.template.signature.channel_number
    road.accept(numbers(1))
    ChannelRoute.objects.create(number=sender, primary=road.channel, backup=other)
    routing.forget()
    assert fail_over(to_channel_id=backup.pk) == 0
    assert fail_over(to_channel_id=other.pk) == 1


def test_a_prefix_of_nothing_is_every_number(road: Road, backup: Channel):
    ChannelRoute.objects.update(number="")
    routing.forget()
    road.accept(numbers(1))
    assert fail_over(to_channel_id=backup.pk) == 1


def test_what_went_over_comes_back_when_the_backup_goes_down(road: Road, backup: Channel):
    road.accept(numbers(2))
    assert fail_over(to_channel_id=backup.pk) == 2
    say(road.channel, UP)
    say(backup, DOWN, seconds_ago=60)
    assert fail_over(to_channel_id=road.channel.pk) == 2
    assert channels_of_requests() == [road.channel.pk]


def test_what_was_announced_never_moves(road: Road, backup: Channel):
    road.accept(numbers(2))
    slice_ = road.claim()
    assert dispatch.announce(slice_=slice_, owner=OWNER)
    SendRequest.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    assert fail_over(to_channel_id=backup.pk) == 0
    assert channels_of_requests() == [road.channel.pk]


def test_what_a_dead_process_only_claimed_moves(road: Road, backup: Channel):
    road.accept(numbers(2))
    slice_ = road.claim()
    assert fail_over(to_channel_id=backup.pk) == 0, "its process lives"
    SendRequest.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    assert fail_over(to_channel_id=backup.pk) == 2
    assert not dispatch.announce(slice_=slice_, owner=OWNER), "it may not write any more"


def test_a_request_split_between_channels_gets_the_receipts_of_both(road: Road, backup: Channel):
    accepted = road.accept(numbers(4))
    slice_ = road.claim(messages=2)
    assert dispatch.announce(slice_=slice_, owner=OWNER)
    road.record(slice_, [Answer(one.message_id, ("7",)) for one in slice_.submissions[:1]])
    # The second one has no answer yet: written, so never for the backup.
    dispatch_again = [Answer(slice_.submissions[1].message_id)]
    dispatch.record(channel_id=road.channel.pk, owner=OWNER, answers=dispatch_again, request_ids=[])
    assert fail_over(to_channel_id=backup.pk) == 4
    rest = dispatch.claim(channel_id=backup.pk, owner="b", messages=500)
    ids = [one.message_id for one in rest.submissions]
    assert ids == [accepted.first_id + 2, accepted.first_id + 3]
    assert dispatch.announce(slice_=rest, owner="b")
    answers = [Answer(ids[0], ("7",)), Answer(ids[1], carrier_ids(ids[1]))]
    dispatch.record(channel_id=backup.pk, owner="b", answers=answers, request_ids=rest.request_ids)
    road.receive(Receipt("7", "DELIVRD", REPORTED_AT))
    states = [Message.State.DELIVERED, Message.State.UNKNOWN] + [Message.State.SUBMITTED] * 2
    assert road.states() == states, "the same carrier id on the other channel is another part"
    parts = dict(Part.objects.values_list(F("message_id") - accepted.first_id, "channel_id"))
    assert parts == {0: road.channel.pk, 2: backup.pk, 3: backup.pk}
