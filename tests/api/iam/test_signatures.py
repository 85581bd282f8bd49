"""AK/SK: the documented vectors, and every way to be turned away."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from api.models import FailedSignIns
from api.tasks import forget_sign_ins
from customers.models import AccessKey, AuditEvent
from tests.api.management.caller import Caller, caller

DATA = Path(__file__).parents[2] / "common" / "data"
VECTORS = json.loads((DATA / "signing_vectors.json").read_text())
MANAGEMENT = [one for one in VECTORS if "/msgsms/" in one["target"]]


@pytest.fixture
def owner(db: None) -> Caller:
    return caller()


def told(owner: Caller, **changes: str) -> tuple[int, str]:
    path = owner.path("apps")
    headers = {**owner.signed("GET", path), **changes}
    answer = owner.send("GET", path, headers={k: v for k, v in headers.items() if v})
    return answer.status, answer.body.get("error_msg", "")


@pytest.mark.parametrize("vector", MANAGEMENT, ids=lambda vector: vector["name"])
def test_vectors(owner: Caller, vector: dict, settings) -> None:
    """The vectors' project is nobody's here, so that passing the gateway gives 0054."""
    AccessKey.objects.update(access_key=vector["access_key"])
    key = AccessKey.objects.get()
    key.secret_key = vector["secret_key"]
    key.save()
    path, _, query = vector["target"].partition("?")
    headers = dict(vector["headers"])
    with time_machine.travel(datetime(2023, 3, 14, 8, 22, tzinfo=UTC), tick=False):
        for tampered, status in ((False, 403), (True, 401)):
            answer = Client().generic(
                vector["method"],
                path,
                data=vector["body"],
                content_type=headers.get("Content-Type", ""),
                headers=headers,
                QUERY_STRING=query + ("&limit=11" if tampered else ""),
            )
            assert answer.status_code == status, answer.content


def test_nothing_at_all(owner: Caller) -> None:
    answer = owner.send("GET", owner.path("apps"), headers={})
    assert answer.told == (401, "APIGW.0301")
    assert answer.body["error_msg"] == (
        "Incorrect IAM authentication information: x-auth-token not found"
    )
    assert answer.body["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("WSSE", "malformed"),
        ("SDK-HMAC-SHA256 Access=, SignedHeaders=host, Signature=0", "malformed"),
        ("SDK-HMAC-SHA256 Access=a b, SignedHeaders=host;x-sdk-date, Signature=0", "Get secretKey"),
        ("SDK-HMAC-SHA256 Access=X, SignedHeaders=host;x-sdk-date, Signature=0", "Get secretKey"),
        ("SDK-HMAC-SHA256 Access=X, SignedHeaders=x-sdk-date, Signature=0", "host must be signed"),
    ],
)
def test_authorization_headers(owner: Caller, header: str, message: str) -> None:
    status, text = told(owner, Authorization=header)
    assert status == 401
    assert message in text


@pytest.mark.parametrize("date", ["", "yesterday", "20230314T082148", "2023-03-14T08:21:48Z"])
def test_dates(owner: Caller, date: str) -> None:
    status, text = told(owner, **{"X-Sdk-Date": date})
    assert (status, "x-sdk-date" in text) == (401, True)


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 401), (-14, 200), (-16, 401)])
def test_a_quarter_of_an_hour(owner: Caller, minutes: int, status: int) -> None:
    path = owner.path("apps")
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    assert owner.send("GET", path, headers=owner.signed("GET", path, at=at)).status == status


def test_the_canonical_request_is_shown(owner: Caller) -> None:
    path = owner.path("apps")
    headers = owner.signed("GET", path, secret="wrong")
    answer = owner.send("GET", path, headers=headers)
    shown = answer.body["error_msg"]
    assert f"verify aksk signature fail, canonicalRequest:GET|{path}/||content-type:" in shown


def test_keys_that_are_off(owner: Caller) -> None:
    AccessKey.objects.update(is_active=False)
    assert "Get secretKey failed" in told(owner)[1]


def test_people_who_are_off(owner: Caller) -> None:
    user = owner.membership.user
    user.is_active = False
    user.save()
    assert "Get secretKey failed" in told(owner)[1]


def test_members_who_left(owner: Caller) -> None:
    owner.membership.delete()
    assert "Get secretKey failed" in told(owner)[1]


def test_the_last_use_is_noted(owner: Caller) -> None:
    assert told(owner)[0] == 200
    assert AccessKey.objects.get().last_used_at is not None


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json", 401), ("text/plain", 400), ("multipart/form-data; boundary=x", 400)],
)
def test_unsigned_payloads(owner: Caller, content_type: str, status: int) -> None:
    """Of what is not JSON the body may be left out of the signature."""
    path = owner.path("apps")
    options = {"body": b'{"a": 1}', "content_type": content_type}
    headers = owner.signed("POST", path, payload="UNSIGNED-PAYLOAD", **options)
    assert owner.send("POST", path, headers=headers, **options).status == status


def fail(owner: Caller, times: int) -> list[str]:
    path = owner.path("apps")
    headers = owner.signed("GET", path, secret="wrong")
    return [owner.send("GET", path, headers=headers).body["error_msg"] for _ in range(times)]


def test_five_failures_lock(owner: Caller) -> None:
    assert all("verify aksk signature fail" in text for text in fail(owner, 5))
    limit = "AK access failed to reach the limit,forbidden"
    assert limit in fail(owner, 1)[0]
    assert limit in told(owner)[1]
    event = AuditEvent.objects.get(verb="lock")
    assert (event.object_type, event.object_name) == ("access_key", owner.key.access_key)
    assert event.customer == owner.customer


def test_a_success_starts_anew(owner: Caller) -> None:
    for _ in range(2):
        fail(owner, 4)
        assert told(owner)[0] == 200


def test_a_lock_ends(owner: Caller, settings) -> None:
    fail(owner, 5)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=settings.SMS_KEY_LOCK_S + 1)):
        assert told(owner)[0] == 200
        fail(owner, 4)
        assert told(owner)[0] == 200


def test_a_lock_that_ended_counts_from_one(owner: Caller, settings) -> None:
    fail(owner, 5)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=settings.SMS_KEY_LOCK_S + 1)):
        fail(owner, 4)
        assert FailedSignIns.objects.get().failures == 4
        assert told(owner)[0] == 200


def test_another_key_is_not_locked(owner: Caller) -> None:
    fail(owner, 5)
    assert told(Caller(owner.membership))[0] == 200


def test_unknown_keys_leave_nothing(owner: Caller) -> None:
    told(owner, Authorization="SDK-HMAC-SHA256 Access=X, SignedHeaders=host, Signature=0")
    assert not FailedSignIns.objects.exists()


def test_old_failures_are_forgotten(owner: Caller) -> None:
    fail(owner, 1)
    assert forget_sign_ins() == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        assert forget_sign_ins() == 1
