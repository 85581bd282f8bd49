"""Operations are told of channel alarms by e-mail: once when one begins, once when it is over."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from common.clock import now
from messaging.models import AlarmEmail, ChannelAlarm, ChannelHealth, SendRequest
from messaging.services import alarm_emails, channel_alarms
from messaging.statistics.folding import fold
from messaging.tasks import statistics as tasks
from reviews.roles import OPERATIONS_LEADS, role
from tests.factories import ChannelFactory, UserFactory
from tests.messaging.road import Road, numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _addressed(settings):
    settings.SMS_ALARM_ADDRESSES = ["duty@example.com"]
    settings.SMS_ALARM_CALM_S = 0


def subjects() -> list[tuple[str, str]]:
    alarm_emails.send_due()
    return [(message.to[0], message.subject) for message in mail.outbox]


def health_of(channel, state: ChannelHealth.State, *, since_s: int) -> None:
    ChannelHealth.objects.update_or_create(
        channel=channel,
        defaults={
            "state": state,
            "since": now() - timedelta(seconds=since_s),
            "owner": "carrier-1",
            "heartbeat_at": now(),
        },
    )


def test_a_channel_that_is_down_is_told_once_and_when_it_is_up_again():
    channel = ChannelFactory(name="Carrier East")
    health_of(channel, ChannelHealth.State.DOWN, since_s=60)
    assert tasks.watch_channels() == 0, "not for long enough"
    health_of(channel, ChannelHealth.State.DOWN, since_s=180)
    assert not alarm_emails.has_due()
    assert tasks.watch_channels() == 1
    assert tasks.watch_channels() == 0
    assert alarm_emails.has_due()
    down = ("duty@example.com", "Channel “Carrier East” is down")
    assert subjects() == [down]
    assert "/operations/messaging/channelalarm/scorecards/" in mail.outbox[0].body
    assert "Channel down: 3." in mail.outbox[0].body
    health_of(channel, ChannelHealth.State.UP, since_s=1)
    tasks.watch_channels()
    tasks.watch_channels()
    assert subjects() == [down, ("duty@example.com", "Channel “Carrier East” is up again")]
    assert not alarm_emails.has_due()
    assert tasks.send_alarm_emails() == 0


def test_a_channel_that_comes_and_goes_is_one_incident(settings):
    settings.SMS_ALARM_CALM_S = 300
    channel = ChannelFactory()
    for state in (ChannelHealth.State.DOWN, ChannelHealth.State.UP) * 3:
        health_of(channel, state, since_s=180)
        channel_alarms.watch()
    assert len(subjects()) == 1
    alarm = ChannelAlarm.objects.get()
    assert alarm.ended_at is None
    ChannelAlarm.objects.update(calm_since=now() - timedelta(seconds=301))
    channel_alarms.watch()
    assert len(subjects()) == 2


def test_a_channel_that_is_switched_off_is_not_down():
    channel = ChannelFactory(is_enabled=False)
    health_of(channel, ChannelHealth.State.DOWN, since_s=900)
    assert channel_alarms.watch() == 0


def test_messages_that_wait_too_long_are_told(road: Road):
    health_of(road.channel, ChannelHealth.State.UP, since_s=900)
    road.accept(numbers(3))
    assert channel_alarms.watch() == 0
    SendRequest.objects.update(created_at=now() - timedelta(minutes=20))
    assert channel_alarms.watch() == 1
    alarm = ChannelAlarm.objects.get()
    assert (alarm.measure, alarm.usual, alarm.messages) == ("waiting", 600, 3)
    assert alarm.seen >= 1200
    (told,) = subjects()
    assert told[1].startswith("Messages wait too long for channel")
    assert "10.0 min → 20." in mail.outbox[0].body
    road.submit_all()
    channel_alarms.watch()
    assert subjects()[1][1].endswith("go out in time again")
    fold()


def test_without_addresses_the_staff_who_may_change_channels_are_told(settings):
    settings.SMS_ALARM_ADDRESSES = []
    lead, reader = UserFactory(staff=True, language="zh-hans"), UserFactory(staff=True)
    lead.groups.add(role(OPERATIONS_LEADS))
    reader.user_permissions.add(Permission.objects.get(codename="view_channel"))
    admin = UserFactory(staff=True, is_superuser=True)
    UserFactory(is_superuser=True, is_staff=True, is_active=False)
    health_of(ChannelFactory(), ChannelHealth.State.DOWN, since_s=900)
    channel_alarms.watch()
    assert set(AlarmEmail.objects.values_list("address", "language")) == {
        (lead.email, "zh-hans"),
        (admin.email, ""),
    }


def test_an_e_mail_that_cannot_be_sent_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    health_of(ChannelFactory(), ChannelHealth.State.DOWN, since_s=900)
    channel_alarms.watch()

    def refuse(self, messages):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert alarm_emails.send_due() == 1
        assert alarm_emails.send_due() == 0, "not at once"
    email = AlarmEmail.objects.get()
    assert (email.state, email.error) == ("waiting", "ConnectionRefusedError")
    assert now() < email.next_attempt_at <= now() + timedelta(seconds=60)
    AlarmEmail.objects.update(next_attempt_at=now())
    assert len(subjects()) == 1
    email.refresh_from_db()
    assert (email.state, email.attempts, email.error) == ("sent", 2, "")


def test_an_e_mail_that_never_goes_out_is_given_up(monkeypatch: pytest.MonkeyPatch):
    health_of(ChannelFactory(), ChannelHealth.State.DOWN, since_s=900)
    channel_alarms.watch()
    monkeypatch.setattr(
        EmailBackend, "send_messages", lambda self, messages: (_ for _ in ()).throw(OSError)
    )
    while AlarmEmail.objects.filter(state="waiting").update(next_attempt_at=now()):
        alarm_emails.send_due()
    assert AlarmEmail.objects.get().state == "failed"
