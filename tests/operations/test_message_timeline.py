"""Operations look a message up by its smsMsgId or number."""

import pytest
from django.test import Client
from django.urls import reverse

from messaging.models import SendRequest
from messaging.models.partitions import ensure_partitions
from tests.messaging.road import Road, build_road

PAGE = reverse("admin:messaging_message_changelist")
REPORT = "http://127.0.0.1:9/report"


@pytest.fixture
def road(db: None) -> Road:
    ensure_partitions()
    return build_road()


def test_the_timeline_of_any_customer_s_message(administration: Client, road: Road):
    accepted = road.deliver(1, callback=REPORT)
    page = administration.get(PAGE, {"q": accepted.sms_msg_ids(1)[0]}).content.decode()
    assert "It arrived" in page
    assert "Handed to the carrier" in page
    assert str(road.application.customer) in page
    assert "138****0000" in page
    assert "13800000000" not in page


def test_a_message_of_the_platform_itself_is_called_so(administration: Client, road: Road):
    accepted = road.deliver(1, callback=REPORT)
    SendRequest.objects.update(source=SendRequest.Source.PLATFORM)
    page = administration.get(PAGE, {"q": accepted.sms_msg_ids(1)[0]}).content.decode()
    assert "Sent by the platform itself" in page
    assert "Group SMS Assistant" not in page


def test_the_messages_to_a_number(administration: Client, road: Road):
    accepted = road.deliver(2, callback=REPORT)
    response = administration.get(PAGE, {"q": "138 0000 0001"})
    assert [message.pk for message in response.context["found"]] == [accepted.first_id + 1]
    assert accepted.sms_msg_ids(2)[1] in response.content.decode()


def test_nothing_found_is_said(administration: Client):
    assert "No such message." in administration.get(PAGE, {"q": "x"}).content.decode()
    assert "No such message." not in administration.get(PAGE).content.decode()


def test_the_row_leads_to_the_timeline(administration: Client, road: Road):
    accepted = road.deliver(1, callback=REPORT)
    change = reverse("admin:messaging_message_change", args=[accepted.first_id])
    assert administration.get(change).url == f"{PAGE}?q={accepted.sms_msg_ids(1)[0]}"


def test_a_reviewer_looks_at_no_messages(console: Client):
    assert console.get(PAGE).status_code == 403
