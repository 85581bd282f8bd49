"""Channels and routes in the operations console: their health is told, their settings checked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import AuditEvent
from messaging.carriers.base import Receipt
from messaging.models import ChannelHealth, ChannelRoute
from messaging.services import health
from messaging.services.health import Beat, Counts
from tests.factories import ChannelFactory
from tests.messaging.road import REPORTED_AT, Road, build_road, numbers

CHANNELS = reverse("admin:messaging_channel_changelist")
ROUTE_ADD = reverse("admin:messaging_channelroute_add")


@pytest.fixture
def road(db) -> Road:
    return build_road()


def say(road: Road, state: ChannelHealth.State, *, error: str = "", **counts: int) -> None:
    health.record(
        Beat(
            channel_id=road.channel.pk,
            owner="one",
            state=state,
            error=error,
            is_throttled=False,
            counts=Counts(**counts),
            elapsed_s=1,
        )
    )


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_list_says_how_channels_are_and_what_waits(administration, road: Road):
    road.accept(numbers(1234))
    say(road, ChannelHealth.State.UP, submitted=50, unknown=7, malformed=3)
    words = text(administration.get(CHANNELS))
    for expected in ("Up", "1,234, the oldest for", "50.0 / 10.0", "7 / 3"):
        assert expected in words
    say(road, ChannelHealth.State.DOWN, error="the gateway is closed")
    assert "Down" in text(administration.get(CHANNELS))
    page = administration.get(reverse("admin:messaging_channel_change", args=[road.channel.pk]))
    assert "the gateway is closed" in text(page)
    assert "50 messages submitted" in text(page)


def test_a_channel_that_nobody_carries_says_so(administration, road: Road):
    page = administration.get(reverse("admin:messaging_channel_change", args=[road.channel.pk]))
    assert "No carrier process has carried this channel yet." in text(page)


def test_the_first_page_names_channels_that_are_down(administration, road: Road):
    say(road, ChannelHealth.State.UP)
    assert "Channels that are down" not in text(administration.get("/operations/"))
    road.accept(numbers(3))
    ChannelHealth.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    words = text(administration.get("/operations/"))
    assert re.search(rf"Channels that are down .* {road.channel.name} .* 3 ", words)


def test_a_route_is_made_changed_and_deleted_with_an_audit_event_each(administration, road: Road):
    backup = ChannelFactory(name="backup")
    fields = {"number": "csms", "is_prefix": "on", "primary": road.channel.pk, "backup": backup.pk}
    assert administration.post(ROUTE_ADD, fields).status_code == 302
    route = ChannelRoute.objects.get()
    change = reverse("admin:messaging_channelroute_change", args=[route.pk])
    assert administration.post(change, fields | {"backup": ""}).status_code == 302
    delete = reverse("admin:messaging_channelroute_delete", args=[route.pk])
    assert administration.post(delete, {"post": "yes"}).status_code == 302
    events = AuditEvent.objects.filter(object_type="channelroute").order_by("pk")
    assert [event.verb for event in events] == ["create", "update", "delete"]
    assert not ChannelRoute.objects.exists()


def test_a_route_whose_backup_is_the_channel_itself_is_refused(administration, road: Road):
    fields = {"number": "csms1", "primary": road.channel.pk, "backup": road.channel.pk}
    page = administration.post(ROUTE_ADD, fields)
    assert "choose another one or none" in text(page)
    assert not ChannelRoute.objects.exists()


def test_receipts_that_belong_to_nothing_are_shown(administration, road: Road):
    road.receive(Receipt("stray-1", "DELIVRD", REPORTED_AT), Receipt("", "", None, "what is this"))
    early = administration.get(reverse("admin:messaging_earlyreceipt_changelist"))
    assert "stray-1" in text(early)
    broken = text(administration.get(reverse("admin:messaging_malformedreceipt_changelist")))
    assert "no carrier id" in broken
    assert "what is this" in broken
