"""Sign-in and password pages, and the pages that tell of errors."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD

from .conftest import Visitor

LOGIN = reverse("account_login")


def test_signing_in_leads_to_the_overview(owner: Visitor, client: Client):
    values = {"login": owner.membership.user.email, "password": PASSWORD}
    response = client.post(LOGIN, values)
    assert (response.status_code, response.url) == (302, reverse("portal:overview"))


def test_signing_in_leads_back_to_the_page_asked_for(owner: Visitor, client: Client):
    wanted = reverse("portal:template-list")
    response = client.get(wanted)
    values = {"login": owner.membership.user.email, "password": PASSWORD, "next": wanted}
    assert client.post(response.url, values).url == wanted


def test_a_wrong_password_keeps_the_address(client: Client, db):
    page = client.post(LOGIN, {"login": "who@example.com", "password": "wrong"}).content.decode()
    assert 'value="who@example.com"' in page
    assert "invalid-feedback" in page or "alert" in page


def test_resetting_a_password_by_mail(owner: Visitor, client: Client):
    client.post(reverse("account_reset_password"), {"email": owner.membership.user.email})
    (link,) = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    page = client.get(link, follow=True)
    assert "Set a new password" in page.content.decode()
    new = "a-different-horse-43"
    response = client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert response.status_code == 302
    owner.membership.user.refresh_from_db()
    assert owner.membership.user.check_password(new)


def test_an_unknown_address_gets_the_same_answer(client: Client, db):
    reset = reverse("account_reset_password")
    page = client.post(reset, {"email": "nobody@example.com"}, follow=True).content.decode()
    assert "If an account has this address" in page


@pytest.mark.parametrize(
    "name",
    ["account_change_password", "account_logout", "account_email", "account_reauthenticate"],
)
def test_account_pages_wear_the_same_design(name: str, owner: Visitor):
    page = owner.get(reverse(name)).content.decode()
    assert "portal/portal.css" in page
    assert "<script>" not in page


def test_nobody_registers_alone_where_that_is_closed(client: Client, db, settings):
    settings.SMS_REGISTRATION = False
    page = client.get(reverse("account_signup")).content.decode()
    assert "Accounts are opened by the operations team." in page


def test_an_unknown_address_is_a_404_in_our_design(owner: Visitor):
    response = owner.get("/no/such/page")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_a_failed_csrf_check_tells_what_to_do(owner: Visitor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner.membership.user)
    response = strict.post(reverse("portal:application-create"), {"name": "x"})
    assert response.status_code == 403
    assert "Please send the form again" in response.content.decode()


def test_our_own_faults_are_admitted(owner: Visitor, monkeypatch: pytest.MonkeyPatch):
    def fail(*_args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("portal.views.overview.sent_today", fail)
    owner.client.raise_request_exception = False
    response = owner.get(reverse("portal:overview"))
    assert response.status_code == 500
    assert "The fault is on our side" in response.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_reauthenticate",
    ],
)
def test_pages_of_the_second_factor_wear_the_same_design(name: str, owner: Visitor):
    response = owner.get(reverse(name))
    page = response.content.decode()
    assert response.status_code == 200
    assert "entrance-card" in page
    assert "<script>" not in page


def test_who_set_up_an_app_is_asked_for_its_code(owner: Visitor, client: Client):
    user = owner.membership.user
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert client.get(reverse("portal:overview")).status_code == 302
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("portal:overview")).status_code == 200
