from datetime import timedelta

import pytest
import redis
from django.test import Client
from django.utils import timezone

from messaging.models import Callback, SendRequest
from messaging.policy.counters import Counters
from tests.messaging.road import build_road, numbers


@pytest.fixture
def client() -> Client:
    return Client()


def test_healthz_needs_nothing(client: Client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_says_how_far_behind_the_platform_is(client: Client, db):
    road = build_road()
    road.accept(numbers(1))
    road.accept(["+14155550100"], callback="http://127.0.0.1:9/report", blocked=["E200024"])
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    SendRequest.objects.update(created_at=a_minute_ago)
    Callback.objects.update(next_attempt_at=a_minute_ago)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ready"
    assert body["oldest_ready_message_s"] >= 59
    assert body["oldest_due_callback_s"] >= 59


def test_readyz_without_broker_is_503(client: Client, db, monkeypatch):
    def refuse(self: redis.Redis, **_: object) -> bool:
        raise redis.ConnectionError

    monkeypatch.setattr(redis.Redis, "ping", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


class TestMetrics:
    def test_counts_what_waits_by_type(self, client: Client, db):
        build_road().accept(numbers(7))
        text = client.get("/metrics").content.decode()
        assert 'sms_ready_messages{type="NOTIFY_TYPE"} 7.0' in text
        assert 'sms_callbacks_owed{attempt="first"} 0.0' in text

    def test_are_for_loopback(self, client: Client, db):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403

    def test_or_for_the_token(self, client: Client, db, settings):
        settings.METRICS_TOKEN = "s3cret"
        assert client.get("/metrics").status_code == 403
        bearer = {"HTTP_AUTHORIZATION": "Bearer s3cret"}
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", **bearer).status_code == 200


def test_without_counters_the_platform_stays_ready_and_says_so(
    client: Client, db, monkeypatch, unused_port: int
):
    assert client.get("/readyz").json()["frequency_counters"] is True
    dead = Counters(f"redis://127.0.0.1:{unused_port}/0")
    monkeypatch.setattr("sms_console.health.counters", lambda: dead)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["frequency_counters"]) == (200, False)
    assert "sms_frequency_counters_up 0.0" in client.get("/metrics").content.decode()
