"""Counters that Valkey lost are filled from PostgreSQL, and nobody looks there any more."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as django_settings

from messaging.models import FrequencyPolicy, Message
from messaging.policy import counters as counters_module
from messaging.policy import rebuild, verdicts
from tests.messaging.road import Road

A, B, C = "+8613800138000", "+8613800138001", "+8613800138002"


@pytest.fixture(autouse=True)
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis[bytes]"]:
    monkeypatch.setattr(counters_module, "TRUSTED_AFTER_S", 0.0)
    monkeypatch.setattr(rebuild, "AFTER_S", 0)
    counters_module._connected.cache_clear()
    verdicts.forget()
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()
    verdicts.forget()


def codes_of(road: Road, *to: str) -> list[str]:
    accepted = road.accept(list(to))
    rows = Message.objects.filter(pk__gte=accepted.first_id).order_by("pk")
    return list(rows.values_list("code", flat=True))


def test_what_was_sent_counts_again_without_a_query(road: Road, settings, valkey, statements):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    codes_of(road, A, B)
    codes_of(road, A, A)  # the second one is stopped, and counts nowhere
    valkey.flushdb()
    assert rebuild.rebuild() == 2
    statements.clear()
    road.accept([A, B, C])
    assert len(statements) == 1
    assert list(Message.objects.order_by("-pk").values_list("code", flat=True)[:3]) == [
        "",
        "",
        "SC:0010",
    ]


def test_it_is_done_once(road: Road, settings, valkey):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    codes_of(road, A)
    valkey.flushdb()
    assert [rebuild.rebuild(), rebuild.rebuild()] == [1, 0]


def test_a_counter_that_is_there_stays(road: Road, settings, valkey):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    codes_of(road, A)
    valkey.flushdb()
    codes_of(road, A)
    rebuild.rebuild()
    assert codes_of(road, A) == ["SC:0010"]


def test_without_limits_of_the_platform_only_applications_with_limits_are_read(
    road: Road, settings, valkey
):
    settings.SMS_FREQUENCY_LIMITS = []
    codes_of(road, A, B)
    assert rebuild.rebuild() == 0
    FrequencyPolicy.objects.create(application=road.application, per_hour=1)
    verdicts.forget()
    assert rebuild.rebuild() == 2
    assert codes_of(road, A, C) == ["SC:0010", ""]


def test_a_young_generation_has_to_wait(road: Road, settings, valkey, monkeypatch):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    monkeypatch.setattr(rebuild, "AFTER_S", 60)
    codes_of(road, A)
    valkey.flushdb()
    assert rebuild.rebuild() == 0


def test_nothing_is_done_while_valkey_is_away(road: Road, settings, monkeypatch, unused_port):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    dead = counters_module.Counters(f"redis://127.0.0.1:{unused_port}/0")
    monkeypatch.setattr(rebuild, "counters", lambda: dead)
    assert rebuild.rebuild() == 0
