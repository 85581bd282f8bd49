"""Where and how often an application may call: allow-list, replays, secrets after a reset."""

import json
from datetime import timedelta

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from customers.models import Application
from tests.api.conftest import stored
from tests.api.shop import FORM, SEND, Shop, form, open_shop


def call(shop: Shop, address: str, **meta: str) -> str:
    """The code of a good call from an address."""
    response = Client().generic(
        "POST",
        SEND,
        form(shop.fields()),
        FORM,
        headers=shop.wsse(),
        REMOTE_ADDR=address,
        **meta,
    )
    code = json.loads(response.content)["code"]
    assert response.status_code == (200 if code == "000000" else 403)
    assert bool(stored()[0]) == (code == "000000")
    return code


def allow(*entries: str) -> None:
    Application.objects.update(ip_allowlist=list(entries))


@pytest.mark.parametrize(
    ("entries", "address", "code"),
    [
        ((), "203.0.113.7", "000000"),
        (("203.0.113.7",), "203.0.113.7", "000000"),
        (("203.0.113.7",), "203.0.113.8", "E000620"),
        (("198.51.100.1", "203.0.113.0/24"), "203.0.113.255", "000000"),
        (("203.0.113.9/24",), "203.0.113.1", "000000"),
        (("203.0.113.0/24",), "203.0.114.1", "E000620"),
        (("2001:db8::/32",), "2001:db8:1::7", "000000"),
        (("2001:0db8:0:0::7",), "2001:db8::7", "000000"),
        (("2001:db8::/32",), "2001:db9::1", "E000620"),
        (("203.0.113.0/24",), "2001:db8::1", "E000620"),
        (("203.0.113.7",), "::ffff:203.0.113.7", "000000"),
        (("0.0.0.0/0",), "203.0.113.7", "000000"),
        (("nonsense",), "203.0.113.7", "E000620"),
        (("nonsense", "203.0.113.7"), "203.0.113.7", "000000"),
        (("203.0.113.7",), "", "E000620"),
        (tuple(f"198.51.100.{n}" for n in range(100)), "198.51.100.99", "000000"),
    ],
)
def test_the_allow_list(shop: Shop, entries: tuple[str, ...], address: str, code: str) -> None:
    allow(*entries)
    assert call(shop, address) == code


def test_the_allow_list_holds_for_aksk(shop: Shop) -> None:
    allow("203.0.113.7")
    body = form(shop.fields())
    assert shop.post(body, headers=shop.aksk(body)).told == (403, "E000620")


def test_the_digest_is_checked_before_the_address(shop: Shop) -> None:
    allow("203.0.113.7")
    answer = shop.post(form(shop.fields()), headers=shop.wsse(secret="wrong"))
    assert answer.told == (401, "E000105")


def test_forwarded_addresses_count_for_nothing_by_default(shop: Shop) -> None:
    allow("203.0.113.7")
    assert call(shop, "10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7") == "E000620"


@pytest.mark.parametrize(
    ("address", "forwarded", "code"),
    [
        ("10.0.0.1", "203.0.113.7", "000000"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "000000"),
        ("10.0.0.1", "198.51.100.1,203.0.113.7,10.0.0.2", "000000"),
        ("fd00::1", "203.0.113.7", "000000"),
        ("10.0.0.1", "203.0.113.7, 198.51.100.1", "E000620"),
        ("192.0.2.1", "203.0.113.7", "E000620"),
        ("10.0.0.1", "", "E000620"),
        ("10.0.0.1", "203.0.113.7, unknown", "E000620"),
        ("10.0.0.1", "203.0.113.7:4711", "E000620"),
    ],
)
def test_behind_trusted_proxies(
    shop: Shop, settings, address: str, forwarded: str, code: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::1"]
    allow("203.0.113.7")
    assert call(shop, address, HTTP_X_FORWARDED_FOR=forwarded) == code


def test_a_proxy_itself_may_be_the_client(shop: Shop, settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    allow("10.0.0.0/8")
    assert call(shop, "10.0.0.1") == "000000"


@pytest.mark.parametrize("status", [Application.Status.CREATED, Application.Status.PROCESSING])
def test_an_application_that_is_not_online_yet(shop: Shop, status: str) -> None:
    Application.objects.update(status=status)
    answer = shop.send()
    assert answer.told == (401, "E000106")
    wrong = shop.post(form(shop.fields()), headers=shop.wsse(secret="wrong"))
    assert wrong.told == (401, "E000105")
    assert stored() == (0, 0, 0)


class TestReplays:
    @pytest.fixture(autouse=True)
    def _refuse(self, shop: Shop) -> None:
        cache.clear()
        Application.objects.update(refuses_replays=True)

    def test_a_nonce_is_accepted_once(self, shop: Shop) -> None:
        headers = shop.wsse(nonce="4711")
        assert shop.post(form(shop.fields()), headers=headers).code == "000000"
        assert shop.post(form(shop.fields()), headers=headers).told == (401, "E000101")
        assert shop.post(form(shop.fields()), headers=shop.wsse(nonce="4712")).code == "000000"
        assert stored()[0] == 2

    def test_with_another_time_it_is_the_same_nonce(self, shop: Shop) -> None:
        assert shop.post(form(shop.fields()), headers=shop.wsse(nonce="4711")).code == "000000"
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            again = shop.wsse(nonce="4711")
            assert shop.post(form(shop.fields()), headers=again).told == (401, "E000101")

    def test_a_wrong_digest_uses_no_nonce_up(self, shop: Shop) -> None:
        wrong = shop.wsse(nonce="4711", secret="wrong")
        assert shop.post(form(shop.fields()), headers=wrong).told == (401, "E000105")
        assert shop.post(form(shop.fields()), headers=shop.wsse(nonce="4711")).code == "000000"

    def test_each_application_has_its_own_nonces(self, shop: Shop) -> None:
        other = open_shop()
        Application.objects.update(refuses_replays=True)
        for one in (shop, other):
            assert one.post(form(one.fields()), headers=one.wsse(nonce="4711")).code == "000000"

    def test_a_nonce_is_remembered_until_its_time_is_stale(self, shop: Shop) -> None:
        ahead = timezone.now() + timedelta(hours=8)
        headers = shop.wsse(nonce="4711", created=ahead.strftime("%Y-%m-%dT%H:%M:%SZ"))
        assert shop.post(form(shop.fields()), headers=headers).code == "000000"
        client = redis.Redis.from_url(cache._cache._servers[0])  # type: ignore[attr-defined]
        (key,) = client.keys("*nonce*")
        assert 31 * 3600 < client.ttl(key) <= 32 * 3600 + 2

    def test_without_the_memory_nothing_is_sent(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreachable(*_: object) -> bool:
            raise redis.ConnectionError

        monkeypatch.setattr(type(cache._connections["default"]), "add", unreachable)  # type: ignore[attr-defined]
        assert shop.send().told == (400, "E000000")
        assert stored() == (0, 0, 0)


def test_nonces_may_come_again_by_default(shop: Shop) -> None:
    headers = shop.wsse(nonce="4711")
    for _ in range(2):
        assert shop.post(form(shop.fields()), headers=headers).code == "000000"


class TestResetSecret:
    """A reset keeps the old secret for a time, or ends it at once (ruling 31)."""

    OLD = "oldSecret0000000000000000001"

    @pytest.fixture(autouse=True)
    def _reset(self, shop: Shop) -> None:
        Application.objects.update(
            previous_secret=self.OLD, previous_secret_until=timezone.now() + timedelta(hours=24)
        )

    def codes(self, shop: Shop, secret: str) -> tuple[str, str]:
        body = form(shop.fields())
        wsse = shop.post(body, headers=shop.wsse(secret=secret))
        aksk = shop.post(body, headers=shop.aksk(body, secret=secret))
        return wsse.code, aksk.code

    def test_both_secrets_are_valid(self, shop: Shop) -> None:
        assert self.codes(shop, self.OLD) == ("000000", "000000")
        assert self.codes(shop, shop.application.app_secret) == ("000000", "000000")
        assert self.codes(shop, "another") == ("E000105", "E000045")

    def test_the_old_one_ends_to_the_second(self, shop: Shop) -> None:
        assert self.codes(shop, self.OLD) == ("000000", "000000")  # and is remembered
        with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
            assert self.codes(shop, self.OLD) == ("E000105", "E000045")
            assert self.codes(shop, shop.application.app_secret) == ("000000", "000000")

    def test_at_once(self, shop: Shop) -> None:
        Application.objects.update(previous_secret="", previous_secret_until=None)
        assert self.codes(shop, self.OLD) == ("E000105", "E000045")
        assert self.codes(shop, "") == ("000000", "000000")

    def test_without_an_end_the_old_one_is_not_valid(self, shop: Shop) -> None:
        Application.objects.update(previous_secret_until=None)
        assert self.codes(shop, self.OLD) == ("E000105", "E000045")
