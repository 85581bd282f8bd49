"""Tokens and the project an SDK looks up."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from api.models import Token
from api.tasks import forget_sign_ins
from customers.models import Membership
from tests.api.management.caller import Caller, caller
from tests.factories import PASSWORD, CustomerFactory, MembershipFactory

PROJECT = {"project": {"name": "cn-north-4"}}


@pytest.fixture
def owner(db: None) -> Caller:
    return caller()


def document(owner: Caller, *, scope: object = PROJECT, **changes: object) -> dict:
    person = {
        "name": owner.membership.user.email,
        "password": PASSWORD,
        "domain": {"name": owner.customer.name},
    } | changes
    identity = {"methods": ["password"], "password": {"user": person}}
    return {"auth": {"identity": identity} | ({"scope": scope} if scope else {})}


def post(body: object) -> object:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return Client().generic("POST", "/v3/auth/tokens", data, content_type="application/json")


def token_of(owner: Caller, **changes: object) -> str:
    answer = post(document(owner, **changes))
    assert answer.status_code == 201, answer.content
    return answer.headers["X-Subject-Token"]


def with_token(owner: Caller, token: str) -> object:
    return owner.send("GET", owner.path("apps"), headers={"X-Auth-Token": token})


def test_a_token(owner: Caller) -> None:
    answer = post(document(owner))
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token["project"]["id"] == owner.customer.project_id
    assert token["project"]["name"] == "cn-north-4"
    assert token["user"]["name"] == owner.membership.user.email
    text = answer.headers["X-Subject-Token"]
    assert with_token(owner, text).status == 200
    assert text.encode() not in bytes(Token.objects.get().digest)


def test_a_token_changes_things_as_far_as_the_role_goes(owner: Caller) -> None:
    viewer = caller(Membership.Role.VIEWER)
    body = json.dumps({"app_name": "a", "region": "cn"}).encode()
    for one, status in ((owner, 200), (viewer, 403)):
        headers = {"X-Auth-Token": token_of(one)}
        answer = one.send("POST", one.path("apps"), body=body, headers=headers)
        assert answer.status == status


def test_a_token_of_another_project(owner: Caller) -> None:
    token = token_of(caller())
    assert with_token(owner, token).told == (403, "MSGSMS.0054")


@pytest.mark.parametrize(
    ("scope", "kept"),
    [({"domain": {}}, "domain"), (None, "domain"), (PROJECT, "project")],
)
def test_scopes(owner: Caller, scope: object, kept: str) -> None:
    answer = post(document(owner, scope=scope))
    assert kept in answer.json()["token"]
    used = with_token(owner, answer.headers["X-Subject-Token"])
    assert used.status == (200 if kept == "project" else 401)


@pytest.mark.parametrize("hours", [23, 25])
def test_a_day(owner: Caller, hours: int) -> None:
    token = token_of(owner)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        answer = with_token(owner, token)
        assert answer.status == (200 if hours < 24 else 401)
        if hours > 24:
            assert "token expires, expires_at: " in answer.body["error_msg"]
        assert forget_sign_ins() == (hours > 24)


@pytest.mark.parametrize("token", ["x", "x" * 40_000, "é"])
def test_other_texts(owner: Caller, token: str) -> None:
    answer = with_token(owner, token)
    assert answer.told == (401, "APIGW.0301")
    assert "decrypt token fail" in answer.body["error_msg"]


def test_a_new_password_ends_it(owner: Caller) -> None:
    token = token_of(owner)
    user = owner.membership.user
    user.set_password("another-horse-43")
    user.save()
    assert with_token(owner, token).status == 401


def test_leaving_ends_it(owner: Caller) -> None:
    token = token_of(owner)
    owner.membership.delete()
    assert with_token(owner, token).status == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong"},
        {"name": "nobody@example.com"},
        {"domain": {"name": "another account"}},
        {"scope": {"project": {"id": "0" * 32}}},
    ],
)
def test_refused(owner: Caller, changes: dict) -> None:
    answer = post(document(owner, **changes))
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["title"]) == (401, "Unauthorized")
    assert "X-Subject-Token" not in answer.headers


def test_a_strangers_account(owner: Caller) -> None:
    stranger = caller().customer
    for changes in (
        {"domain": {"name": stranger.name}},
        {"scope": {"project": {"id": stranger.project_id}}},
    ):
        assert post(document(owner, **changes)).status_code == 401


def test_people_in_two_accounts(owner: Caller) -> None:
    second = MembershipFactory(user=owner.membership.user, customer=CustomerFactory()).customer
    assert post(document(owner, domain={})).status_code == 401
    answer = post(document(owner, domain={}, scope={"project": {"id": second.project_id}}))
    assert answer.json()["token"]["project"]["id"] == second.project_id


def test_addresses_that_are_not_verified(owner: Caller) -> None:
    user = owner.membership.user
    user.must_verify_email = True
    user.save()
    assert "not verified" in post(document(owner)).json()["error"]["message"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    assert post(document(owner)).status_code == 201


def test_second_factors(owner: Caller) -> None:
    Authenticator.objects.create(
        user=owner.membership.user, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    assert "second factor" in post(document(owner)).json()["error"]["message"]


@pytest.mark.parametrize("name", ["", "nobody@example.com"])
def test_guessing_locks(owner: Caller, name: str) -> None:
    changes = {"name": name} if name else {}
    messages = [
        post(document(owner, password="wrong", **changes)).json()["error"]["message"]
        for _ in range(6)
    ]
    assert messages[4] == "The username or password is wrong."
    assert messages[5].startswith("Too many failures in a row.")
    assert post(document(owner, **changes)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        [],
        {},
        {"auth": 5},
        {"auth": {"identity": {"methods": ["totp"]}}},
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "x"}}}}},
    ],
)
@pytest.mark.django_db
def test_bodies(body: object) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 400


@pytest.mark.django_db
def test_other_addresses() -> None:
    for method, path in (("GET", "/v3/auth/tokens"), ("POST", "/v3/x"), ("GET", "/v3/projects/")):
        answer = Client().generic(method, path)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")


@pytest.mark.parametrize("query", [{"name": "cn-south-1"}, {}])
def test_projects(owner: Caller, query: dict) -> None:
    answer = owner.send("GET", "/v3/projects", query=query)
    (project,) = answer.body["projects"]
    assert project["id"] == owner.customer.project_id
    assert project["name"] == query.get("name", "cn-north-4")


def test_projects_are_not_for_strangers(owner: Caller) -> None:
    assert owner.send("GET", "/v3/projects", headers={}).told == (401, "APIGW.0301")
