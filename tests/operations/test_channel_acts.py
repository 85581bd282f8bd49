"""What operations do to a channel from its page: wire log, drain, start, a test message."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from common.clock import now
from customers.models import AuditEvent
from messaging.models import Channel, ChannelHealth, Message, PlatformTemplate, SendRequest
from messaging.services.channel_control import wire_log_until
from reviews.models.kinds import MessageType
from tests.factories import ChannelFactory, SignatureFactory, TemplateFactory
from tests.messaging.road import Road, build_road

from .test_channels import say, text

pytestmark = pytest.mark.django_db

CONFIG = {"host": "smsc.example", "system_id": "platform", "submits_per_s": 50.0}
SENT = {"sent": "yes"}
NUMBER = "138 0013 8000"


@pytest.fixture
def road() -> Road:
    road = build_road()
    say(road, ChannelHealth.State.UP)
    return road


@pytest.fixture
def code(road: Road) -> PlatformTemplate:
    """The platform sends security codes under the road's application."""
    kind = MessageType.VERIFICATION
    signature = SignatureFactory(application=road.application, type=kind, usable=True)
    template = TemplateFactory(
        application=road.application,
        signature=signature,
        type=kind,
        content="您的验证码为${1}。",
        adopted=True,
    )
    return PlatformTemplate.objects.create(
        purpose=PlatformTemplate.Purpose.CODE, template=template, signature=signature
    )


def page(channel: Channel) -> str:
    return reverse("admin:messaging_channel_change", args=[channel.pk])


def act(channel: Channel, name: str) -> str:
    return reverse("admin:messaging_channel_act", args=[channel.pk, name])


def verbs() -> list[str]:
    events = AuditEvent.objects.filter(object_type="channel").order_by("pk")
    return list(events.values_list("verb", flat=True))


def test_the_wire_log_is_switched_on_for_an_hour_and_off(administration):
    channel = ChannelFactory(connector="smpp", config=CONFIG)
    words = text(administration.get(page(channel)))
    assert "Write the wire log for an hour" in words
    assert "Stop the wire log" not in words
    assert "masked numbers" in text(administration.get(act(channel, "wire-log")))
    assert administration.post(act(channel, "wire-log"), SENT).status_code == 302
    channel.refresh_from_db()
    until = datetime.fromisoformat(channel.config["wire_log_until"])
    assert abs(until - now() - timedelta(hours=1)) < timedelta(minutes=1)
    assert CONFIG.items() <= channel.config.items()
    words = text(administration.get(page(channel)))
    assert "Written until" in words
    assert "Stop the wire log" in words
    assert administration.post(act(channel, "stop-wire-log"), SENT).status_code == 302
    channel.refresh_from_db()
    assert channel.config == CONFIG
    event = AuditEvent.objects.filter(object_type="channel").earliest("pk")
    assert (event.after, event.ip_address) == ({"wire_log_until": until.isoformat()}, "192.0.2.45")
    assert event.actor is not None
    assert verbs() == ["update", "update"]


@pytest.mark.parametrize(
    "until", ["", "soon", None, 5, "2026-01-01T00:00:00", "2026-01-01T00:00:00+08:00"]
)
def test_a_wire_log_that_is_over_or_senseless_is_off(until):
    assert wire_log_until(Channel(config={"wire_log_until": until})) is None


def test_the_simulated_carrier_has_no_wire_log(administration, road: Road):
    assert "Write the wire log" not in text(administration.get(page(road.channel)))
    refused = administration.post(act(road.channel, "wire-log"), SENT)
    assert refused.status_code == 422
    assert "This connector writes no wire log." in text(refused)


def test_a_channel_drains_and_starts_again(administration, road: Road):
    assert administration.post(act(road.channel, "drain"), SENT).status_code == 302
    assert "Draining" in text(administration.get(page(road.channel)))
    say(road, ChannelHealth.State.DOWN, error="The carrier process stopped.")
    words = text(administration.get(page(road.channel)))
    assert "Draining" not in words
    assert "Start again" in words
    assert not Channel.objects.get().is_enabled
    assert administration.post(act(road.channel, "start"), SENT).status_code == 302
    assert Channel.objects.get().is_enabled
    assert verbs() == ["disable", "enable"]


def test_a_test_message_goes_over_this_channel_and_shows_its_state(
    administration, road: Road, code: PlatformTemplate
):
    other = ChannelFactory(name="Other")
    ChannelHealth.objects.filter(channel=road.channel).update(channel=other)
    fields = {"recipient": NUMBER, "template": code.pk, "values": "123456"}
    assert administration.post(act(other, "test-message"), fields).status_code == 302
    request = SendRequest.objects.get()
    assert (request.channel_id, request.source) == (other.pk, SendRequest.Source.PLATFORM)
    assert request.variables == ["123456"]
    message = Message.objects.get()
    shown = administration.get(page(other)).content.decode()
    link = reverse("admin:messaging_message_change", args=[message.pk])
    assert f'href="{link}"' in shown
    assert "138****8000" in shown
    assert "8613800138000" not in shown
    followed = administration.get(link, follow=True)
    assert message.sms_msg_id in followed.content.decode()
    event = AuditEvent.objects.get(verb="test")
    assert event.after["message_id"] == message.pk
    assert "8613800138000" not in str(event.after)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"recipient": "12"}, "This is no phone number"),
        ({"values": "1\n2"}, "The template has 1 variables, 2 values were entered."),
        ({"values": "1" * 21}, "A value has at most 20 characters."),
    ],
)
def test_a_test_message_that_cannot_be_sent_is_refused(
    administration, road: Road, code: PlatformTemplate, wrong, words
):
    fields = {"recipient": NUMBER, "template": code.pk, "values": "123456"} | wrong
    refused = administration.post(act(road.channel, "test-message"), fields)
    assert refused.status_code == 422
    assert words in text(refused)
    assert not SendRequest.objects.exists()
    assert not AuditEvent.objects.filter(verb="test").exists()


def test_a_channel_that_is_down_or_off_takes_no_test_message(
    administration, road: Road, code: PlatformTemplate
):
    fields = {"recipient": NUMBER, "template": code.pk, "values": "123456"}
    say(road, ChannelHealth.State.DOWN, error="gone")
    assert "The channel is down" in text(
        administration.post(act(road.channel, "test-message"), fields)
    )
    Channel.objects.update(is_enabled=False)
    assert "The channel is off" in text(
        administration.post(act(road.channel, "test-message"), fields)
    )
    assert not SendRequest.objects.exists()


def test_who_may_only_read_channels_does_nothing_to_them(auditor_console, road: Road):
    assert "Drain" not in text(auditor_console.get(page(road.channel)))
    for name in ("wire-log", "stop-wire-log", "drain", "start", "test-message"):
        assert auditor_console.post(act(road.channel, name), SENT).status_code == 403
    assert Channel.objects.get().is_enabled
