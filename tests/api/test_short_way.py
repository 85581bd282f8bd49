"""Calls of servers go past sessions and languages, and never answer with a page."""

import json

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client

from api.data_plane import views
from tests.api.shop import FORM, SEND, Shop, form


def send(shop: Shop, **headers: str):
    client = Client(raise_request_exception=False)
    return client.generic("POST", SEND, form(shop.fields()), FORM, headers=shop.wsse() | headers)


def test_nothing_for_browsers_is_done_on_the_way(shop: Shop):
    response = send(shop, Cookie="sessionid=unknown", Accept_Language="zh-hans")
    assert json.loads(response.content)["code"] == "000000"
    assert not response.cookies
    assert "Content-Language" not in response
    assert "Content-Security-Policy" not in response
    assert response["Content-Length"] == str(len(response.content))
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("fault", "status"), [(RuntimeError("secret"), 500), (SuspiciousOperation("secret"), 400)]
)
def test_a_fault_is_told_in_the_documented_form(shop: Shop, monkeypatch, fault, status):
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(views, "authenticate", fail)
    response = send(shop)
    assert (response.status_code, json.loads(response.content)["code"]) == (status, "E000000")
    assert b"secret" not in response.content


def test_unknown_addresses_are_told_as_everywhere(db):
    assert Client().get("/sms/unknown").status_code == 404


def test_pages_go_the_long_way(db):
    assert "Content-Security-Policy" in Client().get("/accounts/login/")
