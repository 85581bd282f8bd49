"""The page of channel scorecards, and where its alarms are shown."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from messaging.models import AlarmEmail, Channel, ChannelAlarm
from messaging.services import channel_alarms
from tests.factories import ChannelFactory, UserFactory
from tests.messaging.road import build_road

pytestmark = pytest.mark.django_db

PAGE = "/operations/messaging/channelalarm/scorecards/"


def test_the_page_shows_how_channels_did_and_what_waits(administration: Client):
    road = build_road()
    road.deliver(3, callback="http://127.0.0.1:9/report")
    road.accept(["+8613900000000"])
    page = administration.get(PAGE).content.decode()
    shown = re.findall(r'<p class="figure"><strong>(.*?)</strong> (.*?)</p>', page)
    assert shown[:2] == [("3", "messages"), ("100.0 %", "delivered")]
    assert "China Mobile" in page
    assert "Messages that wait for a channel" in page
    assert road.application.customer.name in page
    assert administration.get(f"{PAGE}?days=7").status_code == 200


def test_without_any_traffic_the_page_says_so(administration: Client):
    page = administration.get(f"{PAGE}?days=nonsense").content.decode()
    assert "No channel carried a message in this time." in page
    assert "Nothing waits" in page


def test_an_alarm_stands_on_the_first_page_until_it_ends(administration: Client):
    alarm = ChannelAlarm.objects.create(
        channel=ChannelFactory(name="Carrier East"),
        measure="delivery_rate",
        usual=0.95,
        seen=0.5,
        messages=120,
        began_at=timezone.now(),
    )
    assert "95.0 % → 50.0 %" in administration.get("/operations/").content.decode()
    ChannelAlarm.objects.filter(pk=alarm.pk).update(ended_at=timezone.now())
    assert "alarms-title" not in administration.get("/operations/").content.decode()


def test_an_alarm_says_who_was_told_of_it(administration: Client, settings):
    settings.SMS_ALARM_ADDRESSES = ["duty@example.com", "night@example.com"]
    channel = ChannelFactory()
    Channel.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    channel_alarms.watch()
    alarm = ChannelAlarm.objects.get(channel=channel)
    AlarmEmail.objects.filter(address="duty@example.com").update(state="sent")
    address = f"/operations/messaging/channelalarm/{alarm.pk}/change/"
    page = administration.get(address).content.decode()
    assert "Channel down" in page
    assert "1 of 2" in page


def test_staff_without_rights_on_channels_see_none_of_it():
    client = Client()
    client.force_login(UserFactory(staff=True))
    assert client.get(PAGE).status_code == 403
