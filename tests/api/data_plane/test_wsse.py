"""X-WSSE: who may call, and the documented code for each way to get it wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from customers.models import Application, Customer
from tests.api.conftest import stored
from tests.api.shop import (
    FORM,
    SEND,
    WSSE,
    Shop,
    form,
    hex_digest,
    raw_digest,
    stamp,
    upper_hex_digest,
)
from tests.factories import ApplicationFactory

X_WSSE = 'UsernameToken Username="{key}", PasswordDigest="x", Nonce="n", Created="{created}"'


def told(shop: Shop, headers: dict[str, str]) -> tuple[int, str]:
    answer = shop.post(form(shop.fields()), headers=headers)
    assert stored() == (0, 0, 0)
    return answer.told


@pytest.mark.parametrize("digest", [raw_digest, hex_digest, upper_hex_digest])
def test_the_three_forms_of_the_digest(shop: Shop, digest: Callable[[str], str]) -> None:
    answer = shop.post(form(shop.fields()), headers=shop.wsse(digest=digest))
    assert (answer.status, answer.code) == (200, "000000")


def test_a_bare_hex_digest_is_none_of_them(shop: Shop) -> None:
    bare = shop.wsse(digest=lambda text: hex_digest(text)[:64])
    assert told(shop, bare) == (401, "E000105")


@pytest.mark.parametrize(
    "authorization",
    [
        WSSE,
        'WSSE realm="SDP", profile="UsernameToken", type="Appkey"',
        'wsse type="Appkey",profile="UsernameToken",realm="SDP"',
        'WSSE realm = "SDP",profile = "UsernameToken",type = "appkey"',
    ],
)
@pytest.mark.parametrize("separator", [",", ", ", " , "])
def test_spellings_that_are_tolerated(shop: Shop, authorization: str, separator: str) -> None:
    headers = {"Authorization": authorization, "X-WSSE": shop.x_wsse(separator=separator)}
    assert shop.post(form(shop.fields()), headers=headers).code == "000000"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "E000001"),
        ("   ", "E000001"),
        ("Bearer abc", "E000008"),
        ('WSSEX realm="SDP"', "E000008"),
        ('WSSE profile="UsernameToken",type="Appkey"', "E000002"),
        ('WSSE realm="XDP",profile="UsernameToken",type="Appkey"', "E000004"),
        ('WSSE realm="SDP",type="Appkey"', "E000003"),
        ('WSSE realm="SDP",profile="Password",type="Appkey"', "E000005"),
        ('WSSE realm="SDP",profile="UsernameToken"', "E000007"),
        ('WSSE realm="SDP",profile="UsernameToken",type="App"', "E000006"),
        ("WSSE", "E000002"),
    ],
)
def test_authorization(shop: Shop, authorization: str, code: str) -> None:
    assert told(shop, {**shop.wsse(), "Authorization": authorization}) == (400, code)


def test_without_authorization(shop: Shop) -> None:
    assert told(shop, {}) == (400, "E000001")


@pytest.mark.parametrize(
    ("x_wsse", "code"),
    [
        ("", "E000020"),
        ('Username="k",PasswordDigest="x",Nonce="n",Created="c"', "E000026"),
        ('UsernameToken PasswordDigest="x",Nonce="n",Created="c"', "E000021"),
        ('UsernameToken Username="",PasswordDigest="x",Nonce="n",Created="c"', "E000021"),
        ('UsernameToken Username="k",PasswordDigest="x",Created="c"', "E000022"),
        ('UsernameToken Username="k",PasswordDigest="x",Nonce="n"', "E000023"),
        ('UsernameToken Username="k",Nonce="n",Created="c"', "E000024"),
        ('UsernameToken Username="k",PasswordDigest="x",Nonce="n",Created="c"', "E000025"),
    ],
)
def test_x_wsse(shop: Shop, x_wsse: str, code: str) -> None:
    assert told(shop, {"Authorization": WSSE, "X-WSSE": x_wsse}) == (400, code)


def test_without_x_wsse(shop: Shop) -> None:
    assert told(shop, {"Authorization": WSSE}) == (400, "E000020")


@pytest.mark.parametrize(
    "created",
    [
        "2024-05-01 02:03:04",
        "2024-05-01T02:03:04",
        "2024-05-01T02:03:04.000Z",
        "2024-05-01T02:03:04+08:00",
        "2024-13-01T02:03:04Z",
        "0000-01-01T00:00:00Z",
        "1714528984",
        "２０２４-05-01T02:03:04Z",
    ],
)
def test_created_of_another_form(shop: Shop, created: str) -> None:
    # Header text is bytes; the test client takes them as Latin-1, like the server.
    sent = created.encode().decode("latin-1")
    headers = {"Authorization": WSSE, "X-WSSE": X_WSSE.format(key="k", created=sent)}
    assert told(shop, headers) == (400, "E000025")


@pytest.mark.parametrize("off", [timedelta(hours=23, minutes=59), -timedelta(hours=23, minutes=59)])
def test_created_inside_the_day_around_now(shop: Shop, off: timedelta) -> None:
    headers = shop.wsse(created=stamp(datetime.now(UTC) + off))
    assert shop.post(form(shop.fields()), headers=headers).code == "000000"


@pytest.mark.parametrize("off", [timedelta(hours=24, minutes=1), -timedelta(hours=24, minutes=1)])
def test_created_outside_of_it(shop: Shop, off: timedelta) -> None:
    assert told(shop, shop.wsse(created=stamp(datetime.now(UTC) + off))) == (401, "E000110")


def test_beijing_time_labelled_as_utc(shop: Shop) -> None:
    beijing = datetime.now(timezone(timedelta(hours=8)))
    headers = shop.wsse(created=stamp(beijing))
    assert shop.post(form(shop.fields()), headers=headers).code == "000000"


def test_an_unknown_key(shop: Shop) -> None:
    assert told(shop, shop.wsse(username="nobody")) == (401, "E000102")


def test_a_key_with_a_nul_byte(shop: Shop) -> None:
    assert told(shop, shop.wsse(username="no\x00body")) == (401, "E000102")


@pytest.mark.parametrize("secret", ["wrong", "秘密"])
def test_a_wrong_secret(shop: Shop, secret: str) -> None:
    assert told(shop, shop.wsse(secret=secret)) == (401, "E000105")


def test_the_secret_of_another_application(shop: Shop) -> None:
    other = ApplicationFactory(customer=shop.application.customer)
    assert told(shop, shop.wsse(secret=other.app_secret)) == (401, "E000105")


def test_a_suspended_application(shop: Shop) -> None:
    Application.objects.update(status=Application.Status.SUSPENDED)
    assert told(shop, shop.wsse()) == (401, "E000103")


@pytest.mark.parametrize("service", [Customer.Service.NOT_ENABLED, Customer.Service.PENDING])
def test_a_customer_whose_service_is_not_enabled(shop: Shop, service: str) -> None:
    Customer.objects.update(service=service)
    assert told(shop, shop.wsse()) == (401, "E000109")


def test_a_frozen_account(shop: Shop) -> None:
    Customer.objects.update(status=Customer.Status.FROZEN)
    assert told(shop, shop.wsse()) == (401, "E000112")


def test_the_form_of_created_is_checked_before_the_key(shop: Shop) -> None:
    assert told(shop, shop.wsse(username="nobody", created="now")) == (400, "E000025")


def test_the_key_is_checked_before_the_time(shop: Shop) -> None:
    stale = shop.wsse(username="nobody", created="2024-05-01T02:03:04Z")
    assert told(shop, stale) == (401, "E000102")


def test_a_frozen_account_is_told_before_a_stale_time(shop: Shop) -> None:
    Customer.objects.update(status=Customer.Status.FROZEN)
    assert told(shop, shop.wsse(created="2024-05-01T02:03:04Z")) == (401, "E000112")


def test_the_time_is_checked_before_the_digest(shop: Shop) -> None:
    assert told(shop, shop.wsse(secret="wrong", created="2024-05-01T02:03:04Z")) == (401, "E000110")


def test_the_digest_is_checked_before_the_body(shop: Shop) -> None:
    answer = shop.post(b"to=abc", headers=shop.wsse(secret="wrong"))
    assert answer.told == (401, "E000105")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_another_content_type_is_told_before_anything_else(shop: Shop, content_type: str) -> None:
    answer = shop.post(form(shop.fields()), content_type=content_type, headers={})
    assert answer.told == (400, "E000040")
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "ISO-8859-1", "no-such-charset"])
def test_a_charset_beside_the_content_type(shop: Shop, charset: str) -> None:
    content_type = f"{FORM}; charset={charset}"
    answer = shop.post(form(shop.fields(extend="订单77")), content_type=content_type)
    assert answer.code == "000000"


def test_another_method(shop: Shop, client) -> None:
    for method in (client.get, client.put, client.delete, client.head, client.options):
        response = method(SEND, headers=shop.wsse())
        assert response.status_code == 400
    assert client.get(SEND).json()["code"] == "E000027"
