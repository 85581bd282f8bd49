"""Every code of the documented table arises through HTTP, or is known not to."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import common.codes
from customers.models import Application, Customer
from tests.api.conftest import stored
from tests.api.shop import WSSE, Answer, Shop, form, stamp
from tests.factories import SignatureFactory

TABLE = Path(common.codes.__file__).parent / "data" / "api_error_codes.csv"
DOCUMENT = Path(__file__).parents[3] / "docs" / "api" / "data-plane.md"
PER_NUMBER = "200 (result[].status)"

NEVER = {
    "E000104": "a wrong secret shows in the digest: E000105 or E000045",
    "E000111": "an application always has its customer",
    "E000623": "thresholds are not kept yet",
    "E000630": "thresholds are not kept yet",
    "E200015": "whatever is accepted is stored; nothing is turned away for a long queue",
    "E200031": "there is one protocol",
    "E200033": "types are compared as E200029",
    "E200037": "an old name of E000510",
}

Case = Callable[[Shop], Answer]


def wsse(x_wsse: str = "", authorization: str = WSSE) -> Case:
    """A call with these headers; `{…}` are replaced by what would be right."""

    def case(shop: Shop) -> Answer:
        values = {"key": shop.application.app_key, "now": stamp(datetime.now(UTC))}
        text = x_wsse
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        headers = {"Authorization": authorization, "X-WSSE": text}
        return shop.post(
            form(shop.fields()), headers={name: one for name, one in headers.items() if one}
        )

    return case


def aksk(at: timedelta = timedelta(), secret: str = "", **headers: str) -> Case:
    def case(shop: Shop) -> Answer:
        body = form(shop.fields())
        good = shop.aksk(body, at=datetime.now(UTC) + at, secret=secret)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return shop.post(body, headers=good | given)

    return case


def after(change: Callable[[], object]) -> Case:
    def case(shop: Shop) -> Answer:
        change()
        return shop.send()

    return case


def replayed(shop: Shop) -> Answer:
    Application.objects.update(refuses_replays=True)
    headers = shop.wsse()
    shop.post(form(shop.fields(to="")), headers=headers)
    return shop.post(form(shop.fields()), headers=headers)


def from_another_signature(shop: Shop) -> Answer:
    other = SignatureFactory(usable=True, application=shop.application)
    return shop.send(from_=other.channel_number)


def X(**left_out: str) -> str:
    """An X-WSSE header with one attribute changed or, when it is empty, left out."""
    attributes = {
        "Username": "{key}",
        "PasswordDigest": "x",
        "Nonce": "n",
        "Created": "{now}",
    } | left_out
    return "UsernameToken " + ",".join(f'{k}="{v}"' for k, v in attributes.items() if v)


REQUEST_CODES: dict[str, Case] = {
    "000000": lambda shop: shop.send(),
    "E000000": lambda shop: shop.send(templateParas="{"),
    "E000001": wsse(authorization=""),
    "E000002": wsse(X(), 'WSSE profile="UsernameToken",type="Appkey"'),
    "E000003": wsse(X(), 'WSSE realm="SDP",type="Appkey"'),
    "E000004": wsse(X(), 'WSSE realm="X",profile="UsernameToken",type="Appkey"'),
    "E000005": wsse(X(), 'WSSE realm="SDP",profile="X",type="Appkey"'),
    "E000006": wsse(X(), 'WSSE realm="SDP",profile="UsernameToken",type="X"'),
    "E000007": wsse(X(), 'WSSE realm="SDP",profile="UsernameToken"'),
    "E000008": wsse(X(), "Basic YTpi"),
    "E000020": wsse(),
    "E000021": wsse(X(Username="")),
    "E000022": wsse(X(Nonce="")),
    "E000023": wsse(X(Created="")),
    "E000024": wsse(X(PasswordDigest="")),
    "E000025": wsse(X(Created="yesterday")),
    "E000026": wsse(X().removeprefix("UsernameToken ")),
    "E000027": lambda shop: shop.post(b"a" * (12 * 1024 * 1024 + 1)),
    "E000040": lambda shop: shop.post(b"{}", content_type="application/json"),
    "E000041": aksk(X_Sdk_Date=""),
    "E000042": aksk(X_Sdk_Date="today"),
    "E000043": aksk(Authorization="SDK-HMAC-SHA256 Access=a"),
    "E000044": aksk(at=timedelta(hours=1)),
    "E000045": aksk(secret="wrong"),
    "E000503": lambda shop: shop.send(to=""),
    "E000510": lambda shop: shop.send(templateParas=""),
    "E000101": replayed,
    "E000102": wsse(X(Username="nobody")),
    "E000103": after(lambda: Application.objects.update(status="SUSPENDED")),
    "E000105": wsse(X()),
    "E000106": after(lambda: Application.objects.update(status="PROCESSING")),
    "E000109": after(lambda: Customer.objects.update(service=Customer.Service.REFUSED)),
    "E000110": wsse(X(Created="2024-05-01T02:03:04Z")),
    "E000112": after(lambda: Customer.objects.update(status=Customer.Status.FROZEN)),
    "E000620": after(lambda: Application.objects.update(ip_allowlist=["203.0.113.7"])),
}
NUMBER_CODES: dict[str, Case] = {
    "000000": lambda shop: shop.send(),
    "E200028": lambda shop: shop.send(templateParas="[]"),
    "E200029": from_another_signature,
    "E200030": lambda shop: shop.send(templateId="0" * 32),
    "E200041": lambda shop: shop.send(to="13800138000,13800138000"),
}
HTTP_STATUS = {
    row["code"]: int(row["http_status"])
    for row in csv.DictReader(TABLE.open(encoding="utf-8"))
    if row["http_status"] != PER_NUMBER
} | {"E000510": 200}  # every number failed is an answer, not a refusal (ruling 2)


@pytest.mark.parametrize("code", REQUEST_CODES)
def test_a_code_of_a_request(shop: Shop, code: str) -> None:
    answer = REQUEST_CODES[code](shop)
    assert (answer.status, answer.code) == (HTTP_STATUS[code], code)
    description = common.codes.api_code(code).description
    assert answer.body["description"].startswith(description)
    assert 1 <= len(answer.body["description"]) <= 512
    if code != "000000":
        assert stored() == (0, 0, 0)
    if code not in ("000000", "E000510"):
        assert set(answer.body) == {"code", "description"}


@pytest.mark.parametrize("code", NUMBER_CODES)
def test_a_code_of_a_number(shop: Shop, code: str) -> None:
    assert NUMBER_CODES[code](shop).statuses[-1] == code


def test_no_code_of_the_table_is_forgotten() -> None:
    rows = list(csv.DictReader(TABLE.open(encoding="utf-8")))
    of_requests = {row["code"] for row in rows if row["http_status"] != PER_NUMBER}
    of_numbers = {row["code"] for row in rows if row["http_status"] == PER_NUMBER}
    assert of_requests - REQUEST_CODES.keys() - NEVER.keys() == set()
    assert of_numbers - NUMBER_CODES.keys() - NEVER.keys() == set()
    assert (REQUEST_CODES.keys() | NUMBER_CODES.keys()) & NEVER.keys() == set()


def test_the_documentation_explains_every_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    codes = {row["code"] for row in csv.DictReader(TABLE.open(encoding="utf-8"))}
    assert {code for code in codes if f"`{code}`" not in text} == set()
