"""The requests of each shape, read back as a server reads them."""

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bench.stack import Stack
from bench.traffic import Shape, Traffic, Values
from common.signing import SignedRequest, parse_authorization, signature_matches

DEMO = {
    "base_url": "http://127.0.0.1:8000",
    "app_key": "key",
    "app_secret": "secret",
    "channel_number": "csms100000001",
    "templates": {"notice": {"id": "1" * 32}, "promotion": {"id": "2" * 32}},
}


def built(shape: Shape, *, numbers_each: int) -> tuple[str, dict[str, str], bytes]:
    """Path, headers and body of a request."""
    traffic = Traffic(Stack(DEMO, Path()))
    (request,) = traffic.requests(1, numbers_each=numbers_each, shape=shape)
    head, body = request.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert int(headers["Content-Length"]) == len(body)
    return first.split(" ")[1], headers, body


@pytest.mark.parametrize(
    ("values", "template", "paras"),
    [(Values.SHARED, "1" * 32, '["A1001"]'), (Values.NONE, "2" * 32, "[]")],
)
def test_a_form(values: Values, template: str, paras: str) -> None:
    path, headers, body = built(Shape(values=values), numbers_each=3)

    fields = parse_qs(body.decode())
    assert path == "/sms/batchSendSms/v1"
    assert headers["X-WSSE"].startswith('UsernameToken Username="key",PasswordDigest="')
    assert fields["to"] == ["+8613100000000,+8613100000001,+8613100000002"]
    assert (fields["templateId"], fields["templateParas"]) == ([template], [paras])


def test_a_document_with_a_content_for_each_value() -> None:
    path, _, body = built(Shape(is_diff=True, values=Values.OWN), numbers_each=2)

    assert path == "/sms/batchSendDiffSms/v1"
    assert [(one["to"], one["templateParas"]) for one in json.loads(body)["smsContent"]] == [
        (["+8613100000000"], ["A0000"]),
        (["+8613100000001"], ["A0001"]),
    ]


def test_a_document_without_values_has_one_content() -> None:
    _, _, body = built(Shape(is_diff=True, values=Values.NONE), numbers_each=2)

    (content,) = json.loads(body)["smsContent"]
    assert content["to"] == ["+8613100000000", "+8613100000001"]
    assert content["templateParas"] == []


@pytest.mark.parametrize(
    "shape", [Shape(is_aksk=True), Shape(is_diff=True, is_aksk=True, values=Values.OWN)]
)
def test_the_signature_covers_what_is_sent(shape: Shape) -> None:
    path, headers, body = built(shape, numbers_each=2)

    authorization = parse_authorization(headers["Authorization"])
    assert authorization is not None
    assert signature_matches(
        SignedRequest("POST", path, "", headers, body), authorization, "secret"
    )
    forged = SignedRequest("POST", path, "", headers, hashlib.sha256(body).digest())
    assert not signature_matches(forged, authorization, "secret")


def test_one_form_has_no_values_of_each_number() -> None:
    with pytest.raises(ValueError, match="same values"):
        Shape(values=Values.OWN)
