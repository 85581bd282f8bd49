"""Replies and unsubscribed numbers, as operations see them."""

import pytest
from django.urls import reverse

from messaging.models import OptOut
from tests.factories import ChannelFactory, TemplateFactory
from tests.messaging.replies import replied
from tests.messaging.road import Road

UPLINKS = reverse("admin:messaging_uplink_changelist")
OPT_OUTS = reverse("admin:messaging_optout_changelist")


@pytest.fixture
def road(db: None) -> Road:
    template = TemplateFactory(adopted=True)
    return Road(template.application, ChannelFactory(is_default=True), template)


def test_replies_are_listed_without_what_they_say(administration, road: Road):
    reply = replied(road, "my secret")
    detail = reverse("admin:messaging_uplink_change", args=[reply.pk])
    for address in (UPLINKS, detail):
        page = administration.get(address).content.decode()
        assert "138****0000" in page
        assert "my secret" not in page
        assert "13800000000" not in page


@pytest.mark.parametrize(("owned", "count"), [("yes", 1), ("no", 1), ("", 2)])
def test_those_to_numbers_that_nobody_has_are_found(administration, road: Road, owned, count):
    replied(road)
    replied(road, to="10699999")
    page = administration.get(UPLINKS, {"owned": owned} if owned else {})
    assert page.context["cl"].result_count == count


def test_unsubscribed_numbers_are_found_and_not_edited(administration, road: Road):
    replied(road, "R")
    page = administration.get(OPT_OUTS, {"q": "13800000000"})
    assert page.context["cl"].result_count == 1
    detail = reverse("admin:messaging_optout_change", args=[OptOut.objects.get().pk])
    answer = administration.post(detail, {"restored_at_0": "2026-01-01", "restored_at_1": "00:00"})
    assert answer.status_code == 403
    assert OptOut.objects.get().is_in_force
