"""Which channel carries a channel number."""

import pytest
from django.core.exceptions import ValidationError

from messaging.models import Channel, ChannelRoute, SendRequest
from messaging.services import routing
from reviews.models.kinds import MessageType
from tests.factories import ChannelFactory
from tests.messaging.road import Road, numbers

pytestmark = pytest.mark.usefixtures("db")


def route(number: str, *, is_prefix: bool = False, **fields: Channel) -> Channel:
    primary = ChannelFactory()
    ChannelRoute.objects.create(number=number, is_prefix=is_prefix, primary=primary, **fields)
    routing.forget()
    return primary


def channel_of(number: str) -> int:
    plan = routing.plan(number, MessageType.NOTIFICATION)
    assert plan is not None
    assert not plan.is_split
    return plan.main


def test_the_longest_match_decides_and_an_exact_one_before_a_prefix(road: Road):
    any_, short = route("", is_prefix=True), route("csms1", is_prefix=True)
    long, exact = route("csms10", is_prefix=True), route("csms10")
    found = [channel_of(number) for number in ("x", "csms1", "csms101", "csms10")]
    assert found == [any_.pk, short.pk, long.pk, exact.pk]


def test_an_exact_route_is_for_its_number_only(road: Road):
    route("csms1")
    assert channel_of("csms12") == road.channel.pk


def test_messages_take_the_route_of_their_number(road: Road):
    other = route(road.template.signature.channel_number)
    road.accept(numbers(1))
    assert SendRequest.objects.get().channel == other


@pytest.mark.parametrize(
    ("number", "is_prefix", "words"),
    [
        ("", False, "Enter a channel number"),
        ("10 69", False, "letters and digits"),
        ("csms1", True, "has a route already"),
    ],
)
def test_routes_that_say_nothing_or_contradict_are_refused(road: Road, number, is_prefix, words):
    route("csms1", is_prefix=True)
    with pytest.raises(ValidationError, match=words):
        ChannelRoute(number=number, is_prefix=is_prefix, primary=road.channel).full_clean()


def test_a_channel_is_not_its_own_backup(road: Road):
    itself = ChannelRoute(number="csms1", primary=road.channel, backup=road.channel)
    with pytest.raises(ValidationError, match="choose another one or none"):
        itself.full_clean()
