"""What is wrong with a request as such: paths, methods, bodies, and our own mistakes."""

import json
from datetime import UTC, datetime

import pytest

from api.management.views import applications
from common.codes import management_code
from common.errors import Refusal
from customers.models import Application
from tests.api.management.caller import JSON, Caller, caller
from tests.api.wire import exchange, whole

JSON_BODY = {"app_name": "a", "region": "cn"}


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", "apps/"),
        ("GET", "nothing"),
        ("GET", ""),
        ("DELETE", "apps"),
        ("PATCH", "apps"),
        ("OPTIONS", "apps"),
        ("DELETE", "apps/5b0d1f2e-0000-4000-8000-000000000000"),
        ("GET", "signatures/x/active"),
        ("GET", "templates/x/variable"),
        ("POST", "country"),
    ],
)
def test_what_the_api_does_not_have(owner: Caller, method: str, rest: str) -> None:
    answer = owner.call(method, rest)
    assert answer.told == (404, "APIGW.0101")
    assert set(answer.body) == {"error_code", "error_msg", "request_id"}


def test_no_address_redirects(owner: Caller) -> None:
    for path in ("apps/", "signatures/", "templates/", "upload-files/", "country/"):
        answer = owner.call("GET", path)
        assert answer.status == 404
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'"text"',
        b"[" * 100_000,
        b'{"app_name": NaN, "region": "cn"}',
        b'{"app_name": ' + b"9" * 5_000 + b', "region": "cn"}',
        b"{}",
    ],
)
def test_bodies(owner: Caller, body: bytes) -> None:
    answer = owner.send("POST", owner.path("apps"), body=body)
    assert answer.told == (400, "MSGSMS.0002")


@pytest.mark.parametrize(
    "content_type", ["application/json;charset=utf8", "application/json; charset=base64"]
)
def test_charsets_do_not_matter(owner: Caller, content_type: str) -> None:
    body = json.dumps(JSON_BODY).encode()
    answer = owner.send("POST", owner.path("apps"), body=body, content_type=content_type)
    assert answer.status == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "x"])
def test_other_content_types(owner: Caller, content_type: str) -> None:
    answer = owner.send("POST", owner.path("apps"), body=b"a=b", content_type=content_type)
    assert answer.told == (400, "MSGSMS.0002")
    assert "application/json" in answer.detail


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("path", ["apps", "upload-files"])
def test_more_than_12_mb(owner: Caller, content_type: str, path: str) -> None:
    body = b" " * (12 * 1024 * 1024 + 1)
    answer = owner.send("POST", owner.path(path), body=body, content_type=content_type)
    assert answer.told == (400, "MSGSMS.0002")
    assert "12 MB" in answer.detail


def test_more_than_12_mb_on_the_wire(server: str, transactional_db: None) -> None:
    """The answer comes although the client sends to the end before it reads."""
    sender = caller()
    headers = {
        "Authorization": f"SDK-HMAC-SHA256 Access={sender.key.access_key}, "
        "SignedHeaders=host;x-sdk-date, Signature=0",
        "X-Sdk-Date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
    }
    target = sender.path("apps")
    sent = whole(server, headers, b" " * (13 * 1024 * 1024), target=target, content_type=JSON)
    answer = exchange(server, sent)
    assert (answer.status, answer.body["error_code"]) == (400, "MSGSMS.0002")


def test_any_accept_and_language(owner: Caller) -> None:
    path = owner.path("apps/nothing")
    headers = owner.signed("GET", path) | {"Accept": "text/html", "Accept-Language": "zh-hans"}
    answer = owner.send("GET", path, headers=headers)
    assert answer.told == (400, "MSGSMS.0014")
    assert answer.headers["Content-Type"] == "application/json"


def test_refusals_are_in_english(owner: Caller) -> None:
    path, body = owner.path("apps"), json.dumps(JSON_BODY | {"app_name": "a b"}).encode()
    headers = owner.signed("POST", path, body=body) | {"Accept-Language": "zh-hans"}
    answer = owner.send("POST", path, body=body, headers=headers)
    assert "does not fit" in answer.detail


@pytest.mark.parametrize("rest", ["apps", "signatures", "templates", "country", "apps-count"])
def test_another_project(owner: Caller, rest: str) -> None:
    theirs = caller().customer.project_id
    for project_id in (theirs, "0" * 32, "{project_id}", "x"):
        answer = owner.send("GET", f"/v2/{project_id}/msgsms/{rest}")
        assert answer.told == (403, "MSGSMS.0054")


def test_the_project_id_in_capitals(owner: Caller) -> None:
    path = f"/v2/{owner.customer.project_id.upper()}/msgsms/apps"
    assert owner.send("GET", path).status == 200


def test_a_service_that_is_not_open(owner: Caller) -> None:
    assert caller(not_enabled=True).call("GET", "apps").told == (403, "MSGSMS.0013")


def test_our_own_mistakes(owner: Caller, monkeypatch) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(applications, "create_application", crash)
    answer = owner.call("POST", "apps", JSON_BODY)
    assert answer.told == (500, "MSGSMS.0001")
    assert answer.detail == f"request_id={answer.headers['X-Request-Id']}"


def test_deleted_in_the_meantime(owner: Caller, monkeypatch) -> None:
    def lose(**_: object) -> None:
        raise Application.DoesNotExist

    monkeypatch.setattr(applications, "create_application", lose)
    assert owner.call("POST", "apps", JSON_BODY).told == (400, "MSGSMS.0029")


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ("account_in_arrears", "MSGSMS.0054"),
        ("status_changed", "MSGSMS.0029"),
        ("status_step", "MSGSMS.0029"),
        ("anything", "MSGSMS.0002"),
    ],
)
def test_refusals_of_services(owner: Caller, monkeypatch, refusal: str, code: str) -> None:
    def refuse(**_: object) -> None:
        raise Refusal(refusal, "It is so.")

    monkeypatch.setattr(applications, "create_application", refuse)
    answer = owner.call("POST", "apps", JSON_BODY)
    assert answer.body == {
        "error_code": code,
        "error_msg": management_code(code).message,
        "error_detail": "It is so.",
    }


def test_details_are_cut(owner: Caller) -> None:
    document = JSON_BODY | {f"field{number}": 1 for number in range(500)}
    assert len(owner.call("POST", "apps", document).detail) == 512
