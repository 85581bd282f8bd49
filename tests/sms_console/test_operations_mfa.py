import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

INDEX = "/operations/"
SET_UP = reverse("mfa_activate_totp")


@pytest.fixture(autouse=True)
def _second_factor(settings):
    settings.SMS_OPERATIONS_MFA = True


@pytest.fixture
def reviewer():
    return UserFactory(reviewer=True)


def log_in(user):
    client = Client()
    address = f"{reverse('account_login')}?next={INDEX}"
    return client, client.post(address, {"login": user.email, "password": PASSWORD})


def code_for(secret):
    counter = int(time.time()) // 30
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def test_without_one_the_console_sends_to_set_one_up(reviewer):
    client, _answer = log_in(reviewer)

    response = client.get(INDEX, follow=True)

    asked = response.redirect_chain[-1][0]
    assert "asks for a second factor" in response.content.decode()
    page = client.post(asked, {"password": PASSWORD, "next": SET_UP}, follow=True)
    assert page.redirect_chain[-1][0] == SET_UP
    assert "Set up a second factor" in page.content.decode()
    assert "style=" not in page.content.decode()


@pytest.mark.parametrize(
    "page", ["reviews/submission/", "customers/customer/", "customers/user/add/"]
)
def test_no_page_opens_without_one(reviewer, page):
    client = Client()
    client.force_login(UserFactory(administrator=True))

    response = client.get(INDEX + page)

    assert response.status_code == 302
    assert client.post(INDEX + page).status_code == 302


def test_setting_one_up_opens_the_console(reviewer):
    client, _answer = log_in(reviewer)
    asked = client.get(SET_UP).url
    page = client.post(asked, {"password": PASSWORD, "next": SET_UP}, follow=True)
    secret = page.context["form"].secret

    done = client.post(SET_UP, {"code": code_for(secret)}, follow=True)

    assert "Recovery codes" in done.content.decode()
    assert client.get(INDEX).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        assert all(secret not in row[0] for row in cursor.fetchall())


def test_the_log_in_asks_for_the_code(reviewer):
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(reviewer, secret)
    client, answer = log_in(reviewer)

    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert client.get(INDEX).status_code == 302
    client.post(answer.url, {"code": "000000" if code_for(secret) != "000000" else "111111"})
    assert client.get(INDEX).status_code == 302
    client.post(answer.url, {"code": code_for(secret)})

    assert client.get(INDEX).status_code == 200


def test_customers_need_none():
    member = MembershipFactory()
    client, _answer = log_in(member.user)

    assert client.get(reverse("portal:overview")).status_code == 200
    assert client.get(INDEX, follow=True).status_code == 403


def test_the_setting_turns_it_off(settings, reviewer):
    settings.SMS_OPERATIONS_MFA = False
    client, _answer = log_in(reviewer)

    assert client.get(INDEX).status_code == 200
    assert not Authenticator.objects.exists()


def test_its_pages_ask_for_a_log_in():
    assert Client().get(SET_UP).status_code == 302
