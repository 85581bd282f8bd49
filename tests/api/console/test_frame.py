"""What holds for every operation of the console API."""

import pytest

from common.errors import Refusal
from customers.models import Membership
from tests.api.console.caller import ConsoleCaller, console_caller


@pytest.mark.parametrize(
    ("method", "rest"), [("GET", "balance/"), ("GET", ""), ("GET", "nothing"), ("POST", "balance")]
)
def test_what_the_api_does_not_have(owner: ConsoleCaller, method: str, rest: str):
    answer = owner.call(method, rest)
    assert answer.told == (404, "APIGW.0101")
    assert "Location" not in answer.headers


def test_another_project(owner: ConsoleCaller):
    for project_id in (console_caller().customer.project_id, "0" * 32, "x"):
        answer = owner.send("GET", f"/v1/{project_id}/console/balance")
        assert answer.told == (403, "MSGSMS.0054")


def test_nobody_and_a_service_that_is_not_open(owner: ConsoleCaller):
    unsigned = owner.send("GET", owner.path("balance"), headers={})
    assert unsigned.told == (401, "APIGW.0301")
    assert console_caller(not_enabled=True).call("GET", "balance").told == (403, "MSGSMS.0013")


@pytest.mark.parametrize("role", Membership.Role.values)
def test_every_member_reads(owner: ConsoleCaller, role: str):
    assert owner.colleague(role).call("GET", "balance").status == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b'"text"', b"[]", b"[" * 100_000, b'{"daily_alarm": NaN}']
)
def test_bodies(owner: ConsoleCaller, body: bytes):
    answer = owner.send("PUT", owner.path("thresholds"), body=body)
    assert answer.told == (400, "MSGSMS.0002")


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "x"])
def test_other_content_types(owner: ConsoleCaller, content_type: str):
    path = owner.path("thresholds")
    answer = owner.send("PUT", path, body=b"a=b", content_type=content_type)
    assert answer.told == (400, "MSGSMS.0002")
    assert "application/json" in answer.detail


def test_more_than_12_mb(owner: ConsoleCaller):
    body = b" " * (12 * 1024 * 1024 + 1)
    answer = owner.send("PUT", owner.path("thresholds"), body=body)
    assert answer.told == (400, "MSGSMS.0002")
    assert "12 MB" in answer.detail


def test_our_own_mistakes(owner: ConsoleCaller, monkeypatch):
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("api.console.views.thresholds.thresholds_of", crash)
    answer = owner.call("GET", "thresholds")
    assert answer.told == (500, "MSGSMS.0001")
    assert answer.detail == f"request_id={answer.headers['X-Request-Id']}"


def test_accounts_that_may_not_add_anything(owner: ConsoleCaller, monkeypatch):
    for code in ("account_frozen", "account_in_arrears"):

        def refuse(code: str = code, **_: object) -> None:
            raise Refusal(code, "It is so.")

        monkeypatch.setattr("api.console.views.thresholds.set_thresholds", refuse)
        body = dict.fromkeys(("daily_alarm", "daily_limit", "monthly_alarm", "monthly_limit"), 1)
        assert owner.call("PUT", "thresholds", body).told == (403, "MSGSMS.0054")
