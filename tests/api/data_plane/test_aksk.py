"""AK/SK: `SDK-HMAC-SHA256` (spec data-plane §3.2)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from customers.models import Application, Customer
from tests.api.conftest import stored
from tests.api.shop import FORM, JSON, SEND, SEND_DIFF, Answer, Shop, form

VECTORS = Path(__file__).parents[2] / "common" / "data" / "signing_vectors.json"
FORM_BODY = (
    b"from=csms100000001&to=%2B8613100000000&templateId=0123456789abcdef0123456789abcdef"
    b"&templateParas=%5B%221%22%5D"
)
JSON_BODY = (
    b'{"from":"csms100000001","smsContent":[{"to":["+8613100000000"],'
    b'"templateId":"0123456789abcdef0123456789abcdef","templateParas":["1"]}]}'
)
DOCUMENTED = {
    "unsigned payload": (
        SEND,
        FORM,
        {"X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"},
        "content-type;host;x-sdk-content-sha256;x-sdk-date",
        FORM_BODY,
        "f1a72a51fa24715d25fe63c243b184357a2317f7fea5110779074cd0ccc62144",
    ),
    "hashed form": (
        SEND,
        FORM,
        {},
        "content-type;host;x-sdk-date",
        FORM_BODY,
        "9a3fc8584260c55ecb39fcdc874f802735cd71839059ff4382971a7fe5cfef98",
    ),
    "hashed JSON": (
        SEND_DIFF,
        JSON,
        {},
        "content-type;host;x-sdk-date",
        JSON_BODY,
        "b3b00ca4f2481302c4a911e958755a110f8912b689649d1b34433d4bcdc2b1dd",
    ),
}


def post(shop: Shop, headers: dict[str, str], body: bytes | None = None) -> Answer:
    return shop.post(form(shop.fields()) if body is None else body, headers=headers)


def signed(shop: Shop, **options: object) -> dict[str, str]:
    return shop.aksk(form(shop.fields()), **options)  # type: ignore[arg-type]


def told(shop: Shop, headers: dict[str, str]) -> tuple[int, str]:
    answer = post(shop, headers)
    assert stored() == (0, 0, 0)
    return answer.told


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_documented_vectors(shop: Shop, name: str) -> None:
    path, content_type, headers, names, body, signature = DOCUMENTED[name]
    Application.objects.update(
        app_key="demoAppKey000000000000000001", app_secret="demoAppSecret0000000000000001"
    )
    authorization = (
        f"SDK-HMAC-SHA256 Access=demoAppKey000000000000000001, SignedHeaders={names}, "
        f"Signature={signature}"
    )
    sent = headers | {
        "Host": "sms.example.com:443",
        "X-Sdk-Date": "20240501T020304Z",
        "Authorization": authorization,
    }
    with time_machine.travel(datetime(2024, 5, 1, 2, 10, tzinfo=UTC)):
        answer = shop.post(body, path=path, content_type=content_type, headers=sent)
    assert (answer.status, answer.statuses) == (200, ["E200030"])


def test_the_vector_of_the_send_api(shop: Shop) -> None:
    (vector,) = [one for one in json.loads(VECTORS.read_text()) if one["target"] == SEND]
    Application.objects.update(app_key=vector["access_key"], app_secret=vector["secret_key"])
    headers = dict(vector["headers"])
    content_type = headers.pop("Content-Type")
    with time_machine.travel(datetime(2023, 3, 14, 8, 21, 48, tzinfo=UTC)):
        answer = shop.post(vector["body"].encode(), content_type=content_type, headers=headers)
    assert answer.told == (400, "E000503")  # the signature fits; templateId is missing


def test_a_hashed_body(shop: Shop) -> None:
    assert post(shop, signed(shop)).code == "000000"


def test_an_unsigned_body(shop: Shop) -> None:
    assert post(shop, signed(shop, payload="UNSIGNED-PAYLOAD")).code == "000000"


def test_json_must_be_hashed(shop: Shop) -> None:
    body = json.dumps(
        {"from": shop.signature.channel_number, "smsContent": [shop.content()]}
    ).encode()
    unsigned = shop.aksk(body, path=SEND_DIFF, content_type=JSON, payload="UNSIGNED-PAYLOAD")
    hashed = shop.aksk(body, path=SEND_DIFF, content_type=JSON)
    assert shop.post_diff(body, headers=unsigned).told == (400, "E000045")
    assert shop.post_diff(body, headers=hashed).code == "000000"


@pytest.mark.parametrize("host", ["sms.example.com", "sms.example.com:443", "127.0.0.1:8000"])
def test_host_with_and_without_port(shop: Shop, host: str) -> None:
    assert post(shop, signed(shop, extra={"Host": host})).code == "000000"


def test_a_port_that_a_proxy_took_away(shop: Shop) -> None:
    headers = signed(shop, extra={"Host": "sms.example.com:443"})
    assert post(shop, headers | {"Host": "sms.example.com"}).code == "000000"


def test_all_headers_may_be_signed(shop: Shop) -> None:
    extra = {"User-Agent": "huaweicloud-usdk-python/3.0", "Accept": "*/*", "X-Trace": " a  b "}
    assert post(shop, signed(shop, extra=extra)).code == "000000"


def test_a_form_signed_with_percent_20_and_sent_with_plus(shop: Shop) -> None:
    body = form(shop.fields(extend="order 77"))
    headers = shop.aksk(body)
    assert b"%20" in body
    assert post(shop, headers, body.replace(b"%20", b"+")).code == "000000"


def test_a_changed_body(shop: Shop) -> None:
    body = form(shop.fields(to="13800138001"))
    assert post(shop, signed(shop), body).told == (400, "E000045")
    assert stored() == (0, 0, 0)


def test_a_changed_header(shop: Shop) -> None:
    headers = signed(shop, extra={"X-Trace": "a"})
    assert told(shop, headers | {"X-Trace": "b"}) == (400, "E000045")


def test_the_date_must_be_signed(shop: Shop) -> None:
    headers = signed(shop)
    headers["Authorization"] = headers["Authorization"].replace(";x-sdk-date", "")
    assert told(shop, headers) == (400, "E000045")


def test_a_wrong_secret(shop: Shop) -> None:
    assert told(shop, signed(shop, secret="wrong")) == (400, "E000045")


@pytest.mark.parametrize("off", [timedelta(minutes=14), -timedelta(minutes=14)])
def test_inside_the_quarter_of_an_hour_around_now(shop: Shop, off: timedelta) -> None:
    assert post(shop, signed(shop, at=datetime.now(UTC) + off)).code == "000000"


@pytest.mark.parametrize("off", [timedelta(minutes=16), -timedelta(minutes=16)])
def test_outside_of_it(shop: Shop, off: timedelta) -> None:
    assert told(shop, signed(shop, at=datetime.now(UTC) + off)) == (400, "E000044")


@pytest.mark.parametrize("date", ["", "  "])
def test_without_a_date(shop: Shop, date: str) -> None:
    assert told(shop, signed(shop) | {"X-Sdk-Date": date}) == (400, "E000041")


@pytest.mark.parametrize(
    "date",
    ["2024-05-01T02:03:04Z", "20240501T020304", "20241301T020304Z", "2024051T0203041Z", "now"],
)
def test_a_date_of_another_form(shop: Shop, date: str) -> None:
    assert told(shop, signed(shop) | {"X-Sdk-Date": date}) == (400, "E000042")


@pytest.mark.parametrize(
    "authorization",
    [
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 Access=a, SignedHeaders=host",
        "SDK-HMAC-SHA256 Access=, SignedHeaders=host, Signature=ab",
        "SDK-HMAC-SHA256, Access=a, SignedHeaders=host, Signature=ab",
    ],
)
def test_an_authorization_of_another_form(shop: Shop, authorization: str) -> None:
    assert told(shop, signed(shop) | {"Authorization": authorization}) == (400, "E000043")


def test_values_in_quotation_marks(shop: Shop) -> None:
    headers = signed(shop)
    quoted = headers["Authorization"].replace("=", '="').replace(", ", '", ') + '"'
    assert post(shop, headers | {"Authorization": quoted}).code == "000000"


def test_an_unknown_key(shop: Shop) -> None:
    headers = signed(shop)
    unknown = headers["Authorization"].replace(shop.application.app_key, "nobody")
    assert told(shop, headers | {"Authorization": unknown}) == (401, "E000102")


def test_obstacles_of_application_and_customer(shop: Shop) -> None:
    Customer.objects.update(status=Customer.Status.FROZEN)
    assert told(shop, signed(shop)) == (401, "E000112")


def test_an_algorithm_that_is_not_documented(shop: Shop) -> None:
    authorization = "SDK-HMAC-SM3 Access=a, SignedHeaders=host, Signature=ab"
    assert told(shop, {"Authorization": authorization}) == (400, "E000008")
