"""Generated calls of both send APIs: always a documented answer, and no message without one.

Exceptions of the views come through Django's test client, so that a 500 fails here.
"""

import csv
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import common.codes
from messaging.models import Message, SendRequest
from tests.api.shop import FORM, JSON, SEND, SEND_DIFF, WSSE, Answer, Shop, form

pytestmark = pytest.mark.fuzz

SECONDS = float(os.environ.get("FUZZ_SECONDS", "75"))
"""How long each of the four tests goes on: five minutes in all."""
EXAMPLES = 200

TABLE = Path(common.codes.__file__).parent / "data" / "api_error_codes.csv"
CODES = {row["code"] for row in csv.DictReader(TABLE.open(encoding="utf-8"))}
HTTP_STATUSES = {200, 400, 401, 403, 409}

Fields = dict[str, Any]

odd_text = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", " ", "+", "\x00", "{", "}", "%", "null", "[]", "\ud800", "😀", "a" * 200]),
)
odd_bytes = st.one_of(
    st.binary(max_size=40), odd_text.map(lambda text: text.encode("utf-8", "surrogatepass"))
)
mobile = st.integers(13_000_000_000, 19_999_999_999).map(str)
number = st.one_of(
    mobile,
    mobile.map(lambda digits: f"+86{digits}"),
    mobile.map(lambda digits: f" 86{digits}"),
    st.from_regex(r"\A\+?[0-9]{0,24}\Z"),
    odd_text,
)
json_value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), odd_text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(odd_text, inner, max_size=4)
    ),
    max_leaves=12,
)
url = st.one_of(
    st.sampled_from(["https://sms.example.com/report", "http://[::1]:8000/", "ftp://x", "http://"]),
    odd_text.map(lambda text: f"http://{text}"),
    odd_text,
)
header_text = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)


def keep_calling(check: Callable[[], None]) -> None:
    """Run a Hypothesis check again and again until the time is over."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        check()


def hypothesis_settings(function: Any) -> Any:
    return settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))(
        function
    )


def is_documented(answer: Answer) -> bool:
    """Whether status, code and results are ones the documentation knows."""
    assert answer.status in HTTP_STATUSES
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.code in CODES
    assert 1 <= len(answer.body["description"]) <= 512
    if answer.status != 200:
        assert "result" not in answer.body
        return True
    statuses = answer.statuses
    assert answer.code == ("000000" if "000000" in statuses else "E000510")
    assert 1 <= len(statuses) <= 1000
    assert len({one["smsMsgId"] for one in answer.body["result"]}) == len(statuses)
    return all(isinstance(one["total"], int) for one in answer.body["result"])


def call(shop: Shop, path: str, content_type: str, body: bytes, headers: Any = None) -> None:
    """Call, check the answer and what is stored, and undo it."""
    with transaction.atomic():
        answer = shop.post(body, path=path, content_type=content_type, headers=headers)
        assert is_documented(answer)
        accepted = answer.statuses.count("000000") if answer.status == 200 else 0
        assert Message.objects.count() == accepted
        assert bool(SendRequest.objects.count()) == bool(accepted)
        transaction.set_rollback(True)


def mutated(body: bytes, cuts: list[tuple[float, bytes, int]]) -> bytes:
    """Replace some bytes at some places by others."""
    for place, piece, length in cuts:
        start = int(place * len(body))
        body = body[:start] + piece + body[start + length :]
    return body


cuts = st.lists(st.tuples(st.floats(0, 1), odd_bytes, st.integers(0, 20)), min_size=1, max_size=4)


def test_forms(shop: Shop) -> None:
    usual = {name: value.encode() for name, value in shop.fields().items()}
    fields = st.fixed_dictionaries(
        {},
        optional={
            "from": st.one_of(st.just(usual["from"]), odd_bytes),
            "to": st.one_of(
                st.lists(number, max_size=5).map(
                    lambda to: ",".join(to).encode("utf-8", "surrogatepass")
                ),
                odd_bytes,
            ),
            "templateId": st.one_of(st.just(usual["templateId"]), odd_bytes),
            "templateParas": st.one_of(json_value.map(lambda v: json.dumps(v).encode()), odd_bytes),
            "statusCallback": url.map(lambda text: text.encode("utf-8", "surrogatepass")),
            "extend": odd_bytes,
            "signature": odd_bytes,
            "other": odd_bytes,
        },
    )

    @hypothesis_settings
    @given(fields, st.booleans(), st.booleans())
    def check(changes: dict[str, bytes], is_good_otherwise: bool, is_in_query: bool) -> None:
        sent = (usual if is_good_otherwise else {}) | changes
        body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in sent.items())
        if is_in_query:
            call(shop, f"{SEND}?{body}", FORM, b"")
        else:
            call(shop, SEND, FORM, body.encode())

    keep_calling(check)


def test_documents(shop: Shop) -> None:
    sender = shop.signature.channel_number
    content = st.fixed_dictionaries(
        {},
        optional={
            "to": st.one_of(st.lists(st.one_of(number, json_value), max_size=5), json_value),
            "templateId": st.one_of(st.just(shop.template.template_id), json_value),
            "templateParas": st.one_of(st.lists(json_value, max_size=3), json_value),
            "signature": st.one_of(odd_text, json_value),
            "other": json_value,
        },
    ).map(lambda changes: shop.content(**changes))
    document = st.fixed_dictionaries(
        {},
        optional={
            "from": st.one_of(odd_text, json_value),
            "smsContent": st.one_of(st.lists(content, max_size=5), json_value),
            "statusCallback": st.one_of(url, json_value),
            "extend": st.one_of(odd_text, json_value),
        },
    )

    @hypothesis_settings
    @given(document, st.booleans())
    def check(changes: Fields, is_ascii: bool) -> None:
        good = {"from": sender, "smsContent": [shop.content()]}
        text = json.dumps(good | changes, ensure_ascii=is_ascii)
        call(shop, SEND_DIFF, JSON, text.encode("utf-8", "surrogatepass"))

    keep_calling(check)


def test_bodies(shop: Shop) -> None:
    good_form = form(shop.fields(extend="order-77"))
    good_json = json.dumps(
        {"from": shop.signature.channel_number, "smsContent": [shop.content(), shop.content()]}
    ).encode()

    @hypothesis_settings
    @given(cuts, st.booleans())
    def check(places: list[tuple[float, bytes, int]], is_form: bool) -> None:
        if is_form:
            call(shop, SEND, FORM, mutated(good_form, places))
        else:
            call(shop, SEND_DIFF, JSON, mutated(good_json, places))

    keep_calling(check)


def test_headers(shop: Shop) -> None:
    body = form(shop.fields())
    names = st.sampled_from(
        [
            "Authorization",
            "X-WSSE",
            "X-Sdk-Date",
            "X-Sdk-Content-Sha256",
            "X-Forwarded-For",
            "Idempotency-Key",
            "Accept-Language",
            "Cookie",
            "User-Agent",
        ]
    )
    odd_headers = st.dictionaries(names, header_text, max_size=3)

    @hypothesis_settings
    @given(odd_headers, cuts, st.sampled_from(["wsse", "aksk", "cut", "none"]))
    def check(odd: dict[str, str], places: list[tuple[float, bytes, int]], method: str) -> None:
        good = {"wsse": shop.wsse, "aksk": lambda: shop.aksk(body), "none": dict}
        if method == "cut":
            token = mutated(shop.x_wsse().encode(), places).decode("latin-1")
            headers = {"Authorization": WSSE, "X-WSSE": token}
        else:
            headers = good[method]()
        call(shop, SEND, FORM, body, headers | odd)

    keep_calling(check)
