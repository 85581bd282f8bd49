"""Routes in the operations console: made, weighed, checked and audited."""

import re
from typing import Any

import pytest
from django.urls import reverse

from customers.models import AuditEvent
from messaging.models import ChannelRoute
from tests.factories import ChannelFactory
from tests.messaging.road import Road, build_road

LIST = reverse("admin:messaging_channelroute_changelist")
ADD = reverse("admin:messaging_channelroute_add")


@pytest.fixture
def road(db) -> Road:
    return build_road()


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def form(road: Road, *shares: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the page sends for a route with further channels."""
    usual = {"number": "csms", "is_prefix": "on", "primary": road.channel.pk, "weight": 3}
    rows = {
        f"shares-{position}-{name}": value
        for position, share in enumerate(shares)
        for name, value in share.items()
    }
    stored = sum("id" in share for share in shares)
    return {
        **(usual | fields),
        **rows,
        "shares-TOTAL_FORMS": len(shares),
        "shares-INITIAL_FORMS": stored,
    }


def test_a_route_is_made_weighed_and_deleted_with_an_audit_event_each(administration, road: Road):
    second = ChannelFactory(name="second")
    sent = form(road, {"channel": second.pk, "weight": 2}, carrier="unicom")
    assert administration.post(ADD, sent).status_code == 302
    route = ChannelRoute.objects.get()
    (share,) = route.shares.all()
    words = text(administration.get(LIST))
    assert f"China Unicom - {road.channel.name} (3), second (2)" in words
    change = reverse("admin:messaging_channelroute_change", args=[route.pk])
    row = {"id": share.pk, "route": route.pk, "channel": second.pk}
    assert administration.post(change, form(road, row | {"weight": 7})).status_code == 302
    delete = reverse("admin:messaging_channelroute_delete", args=[route.pk])
    assert administration.post(delete, {"post": "yes"}).status_code == 302
    events = AuditEvent.objects.filter(object_type="channelroute").order_by("pk")
    assert [(event.verb, event.after.get("shares")) for event in events] == [
        ("create", None),
        ("update", {"second": 2}),
        ("update", None),
        ("update", {"second": 7}),
        ("delete", None),
    ]
    assert events[4].before == {"shares": {"second": 7}}
    assert not ChannelRoute.objects.exists()


@pytest.mark.parametrize("place", ["primary", "backup"])
def test_a_channel_stands_in_a_route_once(administration, road: Road, place: str):
    backup = ChannelFactory(name="backup")
    taken = road.channel if place == "primary" else backup
    sent = form(road, {"channel": taken.pk, "weight": 1}, backup=backup.pk)
    assert "choose another one or remove this row" in text(administration.post(ADD, sent))
    assert not ChannelRoute.objects.exists()


def test_the_same_further_channel_twice_is_refused(administration, road: Road):
    row = {"channel": ChannelFactory().pk, "weight": 1}
    page = administration.post(ADD, form(road, row, row))
    assert "correct the duplicate" in text(page)
    assert not ChannelRoute.objects.exists()


@pytest.mark.parametrize("weight", [0, 101])
def test_a_weight_outside_its_bounds_is_refused_with_the_rule(administration, road: Road, weight):
    sent = form(road, {"channel": ChannelFactory().pk, "weight": weight}, weight=weight)
    assert text(administration.post(ADD, sent)).count("A weight is 1 to 100.") == 2
    assert not ChannelRoute.objects.exists()


def test_routes_that_cross_or_repeat_are_refused_with_the_remedy(administration, road: Road):
    assert administration.post(ADD, form(road, carrier="unicom")).status_code == 302
    crossing = text(administration.post(ADD, form(road, type="NOTIFY_TYPE")))
    assert "csms… · China Unicom" in crossing
    assert "Add a route that names both first" in crossing
    assert "change that one" in text(administration.post(ADD, form(road, carrier="unicom")))
    both = form(road, carrier="unicom", type="NOTIFY_TYPE")
    assert administration.post(ADD, both).status_code == 302
    assert administration.post(ADD, form(road, type="NOTIFY_TYPE")).status_code == 302
    assert ChannelRoute.objects.count() == 3


def test_a_route_whose_backup_is_the_channel_itself_is_refused(administration, road: Road):
    page = administration.post(ADD, form(road, backup=road.channel.pk))
    assert "choose another one or none" in text(page)
    assert not ChannelRoute.objects.exists()


def test_a_lead_edits_the_weights_and_an_auditor_only_reads_them(
    lead_console, auditor_console, road: Road
):
    sent = form(road, {"channel": ChannelFactory(name="second").pk, "weight": 2})
    assert lead_console.post(ADD, sent).status_code == 302
    route = ChannelRoute.objects.get()
    change = reverse("admin:messaging_channelroute_change", args=[route.pk])
    assert 'name="shares-0-weight"' in lead_console.get(change).content.decode()
    page = auditor_console.get(change)
    assert "second" in text(page)
    assert "shares-0-weight" not in page.content.decode()
