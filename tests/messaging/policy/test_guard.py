"""The guard slows floods down by template, number segment and client address, and tells."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from customers.models import Contact, Delivery, Notice
from messaging import migrations
from messaging.models import GuardAlarm, GuardLimit, Message, RuleHit
from messaging.policy import counters as counters_module
from messaging.policy import guard, verdicts
from reviews.models.kinds import MessageType
from tests.api.shop import Shop, open_shop
from tests.messaging.road import Road, numbers


@pytest.fixture(autouse=True)
def _no_limits(settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    settings.SMS_FREQUENCY_LIMITS = []
    monkeypatch.setattr(counters_module, "TRUSTED_AFTER_S", 0.0)
    counters_module._connected.cache_clear()
    GuardLimit.objects.all().delete()
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    client.flushdb()
    verdicts.forget()
    yield
    client.flushdb()
    client.close()
    verdicts.forget()


def limit(subject: str, most: int, **values: object) -> GuardLimit:
    row = GuardLimit.objects.create(
        **{"type": MessageType.NOTIFICATION, "subject": subject, "most": most, "per_s": 60} | values
    )
    verdicts.forget()
    return row


def codes() -> list[str]:
    return list(Message.objects.order_by("id").values_list("code", flat=True))


def test_verification_is_guarded_from_the_beginning():
    """The rows that the migration makes, which tests of whole transactions take away."""
    sql = (Path(migrations.__file__).parent / "0015_rule_versions.sql").read_text()
    _before, insert, values = sql.partition("INSERT INTO messaging_guardlimit")
    with connection.cursor() as cursor:
        cursor.execute(insert + values)
    active = GuardLimit.objects.filter(is_active=True).values_list("type", "subject")
    assert set(active) == {
        (MessageType.VERIFICATION.value, subject) for subject in GuardLimit.Subject.values
    }


def test_what_is_beyond_the_speed_of_a_template_is_stopped(road: Road):
    row = limit("template", 3)
    road.accept(numbers(2))
    road.accept(numbers(2, start=13900000000))
    assert codes() == ["", "", "", "SC:0010"]
    hit = RuleHit.objects.get()
    version = road.template.version_id
    assert (hit.kind, hit.rule_id) == ("guard", row.pk)
    assert hit.matched == f"template {version}: 3/60"


def test_a_segment_is_the_first_seven_digits(road: Road):
    limit("segment", 2)
    road.accept(["+8613800130001", "+8613800139999", "+8613800140000", "+8613800130002"])
    assert codes() == ["", "", "", "SC:0010"]
    assert RuleHit.objects.get().matched == "segment 1380013: 2/60"


def test_what_another_rule_stops_does_not_count(road: Road):
    limit("template", 1)
    road.accept(numbers(2), blocked=["E200024", None])
    assert codes() == ["E200024", ""]


def test_an_api_call_counts_for_the_address_it_comes_from(shop: Shop):
    limit("address", 1)
    shop.send(to="+8613800138000")
    shop.send(to="+8613800138001")
    assert codes() == ["", "SC:0010"]
    assert RuleHit.objects.get().matched == "address 127.0.0.1: 1/60"


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def test_without_an_address_nothing_is_counted_for_it(road: Road):
    limit("address", 1)
    road.accept(numbers(3))
    assert codes() == ["", "", ""]


@pytest.mark.parametrize("values", [{"is_active": False}, {"type": MessageType.VERIFICATION}])
def test_limits_out_of_force_and_of_other_types_do_nothing(road: Road, values: dict[str, object]):
    limit("template", 1, **values)
    road.accept(numbers(3))
    assert codes() == ["", "", ""]


def test_frequency_and_guard_are_one_call(road: Road, settings):
    settings.SMS_FREQUENCY_LIMITS = ["notification=1/60"]
    limit("template", 2)
    first, second, third = numbers(3)
    road.accept([first, first, second, third])
    assert codes() == ["", "SC:0010", "", "SC:0010"]
    assert list(RuleHit.objects.order_by("message_id").values_list("kind", flat=True)) == [
        "frequency",
        "guard",
    ]
    GuardLimit.objects.all().delete()
    verdicts.forget()
    road.accept([third])  # the guard stopped it, so it did not count for its frequency
    assert codes()[-1] == ""


def test_the_slow_down_ends_with_the_span(road: Road):
    limit("template", 1)
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    road.accept(numbers(1))
    (key,) = client.scan_iter("guard:*")
    assert 0 < client.ttl(key) <= 60
    client.delete(key)
    road.accept(numbers(1))
    assert codes() == ["", ""]
    client.close()


class TestAlarm:
    def test_contacts_are_told_once_an_hour(self, road: Road, django_capture_on_commit_callbacks):
        Contact.objects.create(
            customer=road.application.customer,
            name="Duty",
            email="duty@example.com",
            email_verified_at=road.template.created_at,
            topics=["traffic"],
        )
        limit("template", 1)
        with django_capture_on_commit_callbacks(execute=True):
            for _again in range(3):
                road.accept(numbers(1))
        guard.forget()
        with django_capture_on_commit_callbacks(execute=True):
            road.accept(numbers(1))
        alarm = GuardAlarm.objects.for_customer(road.application.customer).get()
        assert (alarm.kind, alarm.subject, alarm.detail) == ("velocity", "template", "1/60")
        notice = Notice.objects.get()
        assert notice.event == "guard_alarm"
        assert notice.params == {"name": f"{road.template.name} (1/60)"}
        assert Delivery.objects.get().address == "duty@example.com"

    def test_nothing_is_told_of_what_is_not_stored(
        self, road: Road, django_capture_on_commit_callbacks
    ):
        limit("template", 1)
        road.accept(numbers(1))

        def send_and_fail() -> None:
            with django_capture_on_commit_callbacks(execute=True), verdicts.all_or_nothing():
                road.accept(numbers(1))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            send_and_fail()
        assert not GuardAlarm.objects.exists()
