"""Routes by carrier and type, with weights: which channel each message takes, and by which hops."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from messaging.carriers.base import Answer
from messaging.models import Channel, ChannelHealth, ChannelRoute, Message, Part, SendRequest
from messaging.services import dispatch, routing
from messaging.services.failover import fail_over
from messaging.services.health import Beat, Counts, record
from messaging.services.number_carriers import carrier_of
from messaging.services.routing import Way
from reviews.models.kinds import MessageType
from tests.factories import ChannelFactory
from tests.messaging.road import Road, carrier_ids, numbers

pytestmark = pytest.mark.usefixtures("db")

MOBILE, UNICOM, TELECOM = "+8613800138000", "+8613000000000", "+8613300000000"
ABROAD = "+447700900123"
UP, DOWN = ChannelHealth.State.UP, ChannelHealth.State.DOWN


def route(primary: Channel, *further: tuple[Channel, int], **fields: Any) -> ChannelRoute:
    made = ChannelRoute.objects.create(
        **{"is_prefix": True, "number": ""} | fields, primary=primary
    )
    for channel, weight in further:
        made.shares.create(channel=channel, weight=weight)
    routing.forget()
    return made


def say(channel: Channel, state: ChannelHealth.State) -> None:
    """The channel is so for a minute."""
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
    since = timezone.now() - timedelta(seconds=60)
    ChannelHealth.objects.filter(channel=channel).update(since=since)
    routing.forget()


@pytest.fixture
def other(road: Road) -> Channel:
    channel = ChannelFactory(name="other")
    for one in (road.channel, channel):
        say(one, UP)
    return channel


def carry(channel: Channel) -> list[str]:
    """Everything that waits for a channel is submitted; return whom it went to."""
    recipients: list[str] = []
    while slice_ := dispatch.claim(channel_id=channel.pk, owner="p", messages=500):
        assert dispatch.announce(slice_=slice_, owner="p")
        dispatch.record(
            channel_id=channel.pk,
            owner="p",
            answers=[
                Answer(one.message_id, carrier_ids(one.message_id)) for one in slice_.submissions
            ],
            request_ids=slice_.request_ids,
            onward=slice_.onward,
        )
        recipients += [one.recipient for one in slice_.submissions]
    return recipients


def carry_all(*channels: Channel) -> dict[str, list[str]]:
    """Every channel in turn, until nothing moves any more."""
    taken: dict[str, list[str]] = {channel.name: [] for channel in channels}
    while went := {channel.name: carry(channel) for channel in channels}:
        for name, recipients in went.items():
            taken[name] += recipients
        if not any(went.values()):
            return taken
    return taken


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        (MOBILE, "mobile"),
        (UNICOM, "unicom"),
        (TELECOM, "telecom"),
        ("+8619200000000", "broadnet"),
        (ABROAD, "other"),
        ("+8612000000000", "other"),
        ("+86123", "other"),
    ],
)
def test_a_number_tells_the_carrier_that_issued_it(number: str, carrier: str):
    assert carrier_of(number) == carrier


@pytest.mark.parametrize("step", [1, 2, 3, 7, 10])
@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 2, 4), (97, 3)])
def test_weights_hold_exactly_over_many_messages(weights: tuple[int, ...], step: int):
    way = Way(tuple(enumerate(weights)))
    first, count = 20_000_000_000_000, 50_000
    found = Counter(way.choose(first + n * step, ()) for n in range(count))
    for channel, weight in enumerate(weights):
        assert abs(found[channel] - count * weight / sum(weights)) <= 10


def test_the_share_of_a_channel_that_is_down_spreads_by_the_weights_of_the_others():
    way = Way(((1, 5), (2, 3), (3, 1)), backup=9)
    ids = range(10**13, 10**13 + 9000)
    assert all(
        way.choose(one, ()) == way.choose(one, {1}) for one in ids if way.choose(one, ()) != 1
    ), "what was not its own stays where it is"
    found = Counter(way.choose(one, {1}) for one in ids if way.choose(one, ()) == 1)
    assert 0.70 < found[2] / found.total() < 0.80
    assert {way.choose(one, {1, 2, 3}) for one in ids} == {9}
    assert {way.choose(one, {1, 2, 3, 9}) for one in ids} == {1, 2, 3}


def test_the_closest_route_decides_for_each_carrier_and_type(road: Road):
    any_, unicom, codes, both, own = (ChannelFactory() for _ in range(5))
    route(any_)
    route(unicom, carrier="unicom")
    route(codes, type=MessageType.VERIFICATION)
    route(both, carrier="unicom", type=MessageType.VERIFICATION)
    route(own, number="1069", carrier="telecom")

    def chosen(number: str, type_: MessageType, recipient: str) -> int:
        plan = routing.plan(number, type_)
        assert plan is not None
        return plan.choose(1, recipient, ())

    notice, code = MessageType.NOTIFICATION, MessageType.VERIFICATION
    assert chosen("1069", notice, MOBILE) == any_.pk
    assert chosen("1069", notice, UNICOM) == unicom.pk
    assert chosen("1069", code, MOBILE) == codes.pk
    assert chosen("1069", code, UNICOM) == both.pk
    assert chosen("1069", code, TELECOM) == own.pk, "a longer number before everything else"
    assert chosen("1068", code, TELECOM) == codes.pk


def test_each_message_of_a_request_takes_its_carriers_channel_once(road: Road, other: Channel):
    route(road.channel)
    route(other, carrier="unicom")
    sent = [MOBILE, UNICOM, TELECOM, "+8613000000001", ABROAD]
    road.accept(sent)
    road.accept([UNICOM])
    road.accept([MOBILE])
    channels = list(SendRequest.objects.order_by("id").values_list("channel", flat=True))
    assert channels == [road.channel.pk, other.pk, road.channel.pk], "by the first recipient"
    taken = carry_all(road.channel, other)
    assert sorted(taken[road.channel.name]) == sorted([MOBILE, TELECOM, ABROAD, MOBILE])
    assert sorted(taken["other"]) == sorted([UNICOM, "+8613000000001", UNICOM])
    assert set(road.states()) == {Message.State.SUBMITTED}
    assert set(SendRequest.objects.values_list("dispatch", "leased_by")) == {(2, "")}


def test_messages_of_one_request_are_divided_by_weight(road: Road, other: Channel):
    made = route(road.channel, (other, 1))
    ChannelRoute.objects.filter(pk=made.pk).update(weight=3)
    routing.forget()
    for n in range(4):
        road.accept(numbers(500, start=13800000000 + 500 * n))
    carry_all(road.channel, other)
    parts = Counter(Part.objects.values_list("channel__name", flat=True))
    assert abs(parts["other"] - 500) <= 10
    assert parts.total() == 2000


def test_a_large_request_is_handed_on_when_all_of_its_own_are_done(road: Road, other: Channel):
    route(road.channel, (other, 1))
    road.accept(numbers(40))
    first = dispatch.claim(channel_id=road.channel.pk, owner="p", messages=10) or dispatch.claim(
        channel_id=other.pk, owner="p", messages=10
    )
    assert first is not None
    assert (len(first.submissions), first.onward) == (10, {})
    assert list(map(len, first.partial.values())) == [10]


def test_a_crash_leaves_nothing_in_doubt_that_was_another_channels(road: Road, other: Channel):
    route(road.channel)
    route(other, carrier="unicom")
    accepted = road.accept([MOBILE, UNICOM, MOBILE.replace("00", "01"), UNICOM, TELECOM])
    slice_ = dispatch.claim(channel_id=road.channel.pk, owner="dead", messages=500)
    assert slice_ is not None
    assert dispatch.announce(slice_=slice_, owner="dead")
    SendRequest.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    doubtful = dispatch.take_over(channel_id=road.channel.pk, owner="heir")
    assert doubtful == [accepted.first_id + n for n in (0, 2, 4)]


def test_the_mark_of_an_earlier_slice_says_nothing_of_the_next(road: Road, other: Channel):
    route(road.channel)
    unicom = route(other, carrier="unicom")
    accepted = road.accept([MOBILE, UNICOM])
    slice_ = dispatch.claim(channel_id=road.channel.pk, owner="p", messages=500)
    assert dispatch.announce(slice_=slice_, owner="p")
    throttled = [Answer(one.message_id, is_throttled=True) for one in slice_.submissions]
    dispatch.record(
        channel_id=road.channel.pk, owner="p", answers=throttled, request_ids=slice_.request_ids
    )
    unicom.delete()
    routing.forget()
    whole = dispatch.claim(channel_id=road.channel.pk, owner="dead", messages=500)
    assert dispatch.announce(slice_=whole, owner="dead")
    SendRequest.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    doubtful = dispatch.take_over(channel_id=road.channel.pk, owner="heir")
    assert doubtful == [accepted.first_id, accepted.first_id + 1]


def test_what_is_new_avoids_a_channel_that_is_down(road: Road, other: Channel):
    route(road.channel, (other, 1))
    say(other, DOWN)
    road.accept(numbers(200))
    taken = carry_all(road.channel, other)
    assert (len(taken[road.channel.name]), taken["other"]) == (200, [])
    say(other, UP)
    road.accept(numbers(200, start=13900000000))
    assert 90 <= len(carry_all(road.channel, other)["other"]) <= 110


def test_the_backup_takes_over_only_when_all_others_are_down(road: Road, other: Channel):
    backup = ChannelFactory(name="backup")
    say(backup, UP)
    made = route(road.channel, (other, 1))
    ChannelRoute.objects.filter(pk=made.pk).update(backup=backup)
    routing.forget()
    accepted = road.accept(numbers(50))
    at = SendRequest.objects.get(pk=accepted.first_id).channel
    rest = other if at == road.channel else road.channel
    say(at, DOWN)
    assert fail_over(to_channel_id=backup.pk) == 0
    say(rest, DOWN)
    assert fail_over(to_channel_id=backup.pk) == 50
    assert len(carry(backup)) == 50


def test_what_only_the_channel_that_is_down_carries_is_not_moved_to_and_fro(
    road: Road, other: Channel
):
    backup = ChannelFactory(name="backup")
    say(backup, UP)
    route(road.channel, carrier="unicom")
    route(other, backup=backup)
    road.accept([UNICOM, MOBILE])
    say(road.channel, DOWN)
    route(road.channel, carrier="telecom", backup=other)
    assert fail_over(to_channel_id=other.pk) == 2
    assert carry(other) == [MOBILE]
    (request,) = SendRequest.objects.all()
    assert (request.channel, request.dispatch) == (road.channel, 0)
    assert fail_over(to_channel_id=other.pk) == 0
    say(road.channel, UP)
    assert carry(road.channel) == [UNICOM]


def test_routes_that_cross_are_refused_until_one_names_both(road: Road):
    route(road.channel, carrier="unicom")
    by_type = ChannelRoute(
        number="", is_prefix=True, type=MessageType.NOTIFICATION, primary=road.channel
    )
    with pytest.raises(ValidationError, match="Add a route that names both first"):
        by_type.full_clean()
    route(road.channel, carrier="unicom", type=MessageType.NOTIFICATION)
    by_type.full_clean()
    by_type.type = MessageType.PROMOTION
    with pytest.raises(ValidationError, match="neither is closer"):
        by_type.full_clean()


@pytest.mark.parametrize("weight", [0, 101])
def test_a_weight_is_1_to_100(road: Road, weight: int):
    one = ChannelRoute(number="", is_prefix=True, primary=road.channel, weight=weight)
    with pytest.raises(ValidationError, match="A weight is 1 to 100"):
        one.full_clean()
