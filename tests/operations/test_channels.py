"""Channels and routes in the operations console: their health is told, their settings checked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging.carriers.base import Receipt
from messaging.models import CarrierSession, ChannelHealth
from messaging.services import health, leases
from messaging.services.health import Beat, Counts
from messaging.services.leases import Run, SessionRow
from tests.messaging.road import REPORTED_AT, Road, build_road, numbers

CHANNELS = reverse("admin:messaging_channel_changelist")


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


def test_the_page_of_a_channel_shows_who_holds_it_and_its_sessions(administration, road: Road):
    change = reverse("admin:messaging_channel_change", args=[road.channel.pk])
    assert "No carrier process" in text(administration.get(change))
    run = Run("host-1:11:abc", "host-1", 11)
    leases.take(owner=run.owner, channel_ids=[road.channel.pk], most=1)
    rows = [
        SessionRow(
            channel_id=road.channel.pk,
            name=f"session-{number}",
            up_for_s=up_for_s,
            in_flight=number,
            parts_per_s=1234.5,
            error=error,
        )
        for number, up_for_s, error in ((1, 60.0, ""), (2, None, "connection refused"))
    ]
    leases.beat(run=run, channel_ids=[road.channel.pk], sessions=rows)
    words = text(administration.get(change))
    assert "host-1:11:abc since" in words
    assert re.search(r"session-1 Up [-0-9]{10} [:0-9]{8} 1 1,234.5 – host-1:11 ", words)
    assert re.search(r"session-2 Down – 2 1,234.5 connection refused host-1:11 ", words)
    CarrierSession.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert "session-1" not in text(administration.get(change)), "their process is gone"


def test_the_first_page_names_channels_that_are_down(administration, road: Road):
    say(road, ChannelHealth.State.UP)
    assert "Channels that are down" not in text(administration.get("/operations/"))
    road.accept(numbers(3))
    ChannelHealth.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    words = text(administration.get("/operations/"))
    assert re.search(rf"Channels that are down .* {road.channel.name} .* 3 ", words)


def test_receipts_that_belong_to_nothing_are_shown(administration, road: Road):
    road.receive(Receipt("stray-1", "DELIVRD", REPORTED_AT), Receipt("", "", None, "what is this"))
    early = administration.get(reverse("admin:messaging_earlyreceipt_changelist"))
    assert "stray-1" in text(early)
    broken = text(administration.get(reverse("admin:messaging_malformedreceipt_changelist")))
    assert "no carrier id" in broken
    assert "what is this" in broken
