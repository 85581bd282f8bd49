import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import signing
from common.signing import (
    Authorization,
    SignedRequest,
    authorization_headers,
    canonical_request,
    parse_authorization,
    sign,
    signature_matches,
    string_to_sign,
)

VECTORS = json.loads((Path(__file__).parent / "data" / "signing_vectors.json").read_text())
KEY, SECRET = "demoAppKey000000000000000001", "demoAppSecret0000000000000001"
FORM = "application/x-www-form-urlencoded"
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def request_of(vector: dict[str, Any]) -> SignedRequest:
    path, _, query = vector["target"].partition("?")
    return SignedRequest(vector["method"], path, query, vector["headers"], vector["body"].encode())


def authorization_of(request: SignedRequest) -> Authorization:
    found = parse_authorization(request.headers["Authorization"])
    assert found is not None
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
class TestVectors:
    def test_each_step_of_signing(self, vector: dict[str, Any]) -> None:
        request = request_of(vector)
        payload_hash = vector["canonical_request"].rpartition("\n")[2]
        canonical = canonical_request(
            request, authorization_of(request).signed_headers, payload_hash
        )
        text = string_to_sign(vector["headers"]["X-Sdk-Date"], canonical)
        assert canonical == vector["canonical_request"]
        assert text == vector["string_to_sign"]
        assert sign(vector["secret_key"], text) == vector["signature"]

    def test_verifying(self, vector: dict[str, Any]) -> None:
        request = request_of(vector)
        authorization = authorization_of(request)
        assert authorization.access == vector["access_key"]
        assert signature_matches(request, authorization, vector["secret_key"])

    def test_a_tampered_request_fails(self, vector: dict[str, Any]) -> None:
        request = request_of(vector)
        authorization = authorization_of(request)
        tampered = [
            replace(request, method="PUT"),
            replace(request, path=request.path + "x"),
            replace(request, query=request.query + "&x=1"),
            replace(request, headers={**request.headers, "X-Sdk-Date": "20230314T082149Z"}),
            replace(request, headers={**request.headers, "Host": "other.example.com"}),
        ]
        if "X-Sdk-Content-Sha256" not in request.headers:
            tampered.append(replace(request, body=request.body + b" "))
        for forged in tampered:
            assert not signature_matches(forged, authorization, vector["secret_key"])
        assert not signature_matches(request, authorization, vector["secret_key"] + "x")


JSON_BODY = (
    b'{"from":"csms100000001","smsContent":[{"to":["+8613100000000"],'
    b'"templateId":"0123456789abcdef0123456789abcdef","templateParas":["1"]}]}'
)
FORM_BODY = (
    b"from=csms100000001&to=%2B8613100000000&templateId=0123456789abcdef0123456789abcdef"
    b"&templateParas=%5B%221%22%5D"
)
DOCUMENTED = [
    pytest.param(
        SignedRequest(
            "POST",
            "/sms/batchSendDiffSms/v1",
            "",
            {
                "content-type": "application/json",
                "host": "sms.example.com:443",
                "x-sdk-date": "20240501T020304Z",
            },
            JSON_BODY,
        ),
        "content-type;host;x-sdk-date",
        "b3b00ca4f2481302c4a911e958755a110f8912b689649d1b34433d4bcdc2b1dd",
        id="json",
    ),
    pytest.param(
        SignedRequest(
            "POST",
            "/sms/batchSendSms/v1",
            "",
            {
                "content-type": FORM,
                "host": "sms.example.com:443",
                "x-sdk-content-sha256": "UNSIGNED-PAYLOAD",
                "x-sdk-date": "20240501T020304Z",
            },
            FORM_BODY,
        ),
        "content-type;host;x-sdk-content-sha256;x-sdk-date",
        "f1a72a51fa24715d25fe63c243b184357a2317f7fea5110779074cd0ccc62144",
        id="form, unsigned payload",
    ),
    pytest.param(
        SignedRequest(
            "POST",
            "/sms/batchSendSms/v1",
            "",
            {
                "content-type": FORM,
                "host": "sms.example.com:443",
                "x-sdk-date": "20240501T020304Z",
            },
            FORM_BODY,
        ),
        "content-type;host;x-sdk-date",
        "9a3fc8584260c55ecb39fcdc874f802735cd71839059ff4382971a7fe5cfef98",
        id="form, signed payload",
    ),
]


@pytest.mark.parametrize(("request_", "signed_headers", "signature"), DOCUMENTED)
def test_the_vectors_in_the_documentation(
    request_: SignedRequest, signed_headers: str, signature: str
) -> None:
    assert signature_matches(request_, Authorization(KEY, signed_headers, signature), SECRET)
    assert not signature_matches(
        request_, Authorization(KEY, signed_headers, signature.upper()), SECRET
    )


def test_the_canonical_hash_of_the_documented_json_vector() -> None:
    request, signed_headers, _ = DOCUMENTED[0].values
    assert isinstance(request, SignedRequest)
    assert isinstance(signed_headers, str)
    body_hash = "eb7dc2a2f25fd5934000dd5c71e33504134045e4b6e690f975414d8a6d8c653c"
    canonical = canonical_request(request, signed_headers, body_hash)
    assert string_to_sign("20240501T020304Z", canonical).endswith(
        "\n6a52b35d4d107a166a3c2afd8e03d23dc31833667ab4e5b7fd28086b651819ec"
    )


@pytest.mark.parametrize(
    "header",
    [
        "SDK-HMAC-SHA256 Access=k, SignedHeaders=a;b, Signature=s",
        "SDK-HMAC-SHA256 Access=k,SignedHeaders=a;b,Signature=s",
        "SDK-HMAC-SHA256  Access=k, SignedHeaders= a;b, Signature= s",
        'SDK-HMAC-SHA256 Access="k", SignedHeaders="a;b", Signature="s"',
        "  SDK-HMAC-SHA256 Access=k, SignedHeaders=a;b, Signature=s ",
    ],
)
def test_spellings_of_authorization(header: str) -> None:
    assert parse_authorization(header) == Authorization("k", "a;b", "s")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 Access=k, SignedHeaders=a",
        "SDK-HMAC-SHA256, Access=k, SignedHeaders=a, Signature=s",
        "SDK-HMAC-SHA256 Access=, SignedHeaders=a, Signature=s",
        'SDK-HMAC-SHA256 Access="", SignedHeaders=a, Signature=s',
        "SDK-HMAC-SM3 Access=k, SignedHeaders=a, Signature=s",
        'WSSE realm="SDP",profile="UsernameToken",type="Appkey"',
    ],
)
def test_other_headers_are_no_authorization(header: str) -> None:
    assert parse_authorization(header) is None


def signed_form(
    body: bytes,
    *,
    payload: str | None = None,
    host: str = "sms.example.com",
    media_type: str = FORM,
    claimed: str | None = None,
    signed: str = "content-type;host;x-sdk-date",
) -> tuple[SignedRequest, Authorization]:
    """A request as a client signs it: `payload` is what it takes for the sixth part."""
    headers = {"Content-Type": media_type, "Host": host, "X-Sdk-Date": "20240501T020304Z"}
    if claimed is not None:
        headers["X-Sdk-Content-Sha256"] = claimed
    request = SignedRequest("POST", "/sms/batchSendSms/v1", "", headers, body)
    sixth = payload if payload is not None else signing._sha256(body)
    text = string_to_sign("20240501T020304Z", canonical_request(request, signed, sixth))
    return request, Authorization(KEY, signed, sign(SECRET, text))


class TestTolerance:
    @pytest.mark.parametrize(
        ("signed", "received"),
        [
            ("sms.example.com:443", "sms.example.com"),
            ("sms.example.com:80", "sms.example.com"),
            ("sms.example.com", "sms.example.com:443"),
            ("sms.example.com", "sms.example.com:8443"),
            ("[::1]", "[::1]:443"),
            ("[::1]:443", "[::1]"),
        ],
    )
    def test_a_host_that_a_proxy_changed(self, signed: str, received: str) -> None:
        request, authorization = signed_form(b"a=1", host=signed)
        seen = replace(request, headers={**request.headers, "Host": received})
        assert signature_matches(seen, authorization, SECRET)

    def test_another_host_is_not_tolerated(self) -> None:
        request, authorization = signed_form(b"a=1")
        seen = replace(request, headers={**request.headers, "Host": "evil.example.com"})
        assert not signature_matches(seen, authorization, SECRET)

    def test_a_form_signed_with_percent_20_and_sent_with_plus(self) -> None:
        request, authorization = signed_form(b"a=b%20c&d=%2B86")
        sent = replace(request, body=b"a=b+c&d=%2B86")
        assert signature_matches(sent, authorization, SECRET)

    def test_plus_means_plus_in_json(self) -> None:
        request, authorization = signed_form(b'"b%20c"', media_type="application/json")
        assert not signature_matches(replace(request, body=b'"b+c"'), authorization, SECRET)

    @pytest.mark.parametrize("media_type", [FORM, f"{FORM};charset=UTF-8", "multipart/form-data"])
    def test_an_unsigned_payload_on_what_is_not_json(self, media_type: str) -> None:
        request, authorization = signed_form(
            b"a=1",
            payload="UNSIGNED-PAYLOAD",
            claimed="UNSIGNED-PAYLOAD",
            media_type=media_type,
            signed="content-type;host;x-sdk-content-sha256;x-sdk-date",
        )
        assert signature_matches(request, authorization, SECRET)

    @pytest.mark.parametrize(
        "media_type", ["application/json", "application/json; charset=utf-8", "application/bson"]
    )
    def test_no_unsigned_payload_on_json(self, media_type: str) -> None:
        request, authorization = signed_form(
            b"{}",
            payload="UNSIGNED-PAYLOAD",
            claimed="UNSIGNED-PAYLOAD",
            media_type=media_type,
            signed="content-type;host;x-sdk-content-sha256;x-sdk-date",
        )
        assert not signature_matches(request, authorization, SECRET)

    def test_no_unsigned_payload_without_signing_the_header(self) -> None:
        request, authorization = signed_form(
            b"a=1", payload="UNSIGNED-PAYLOAD", claimed="UNSIGNED-PAYLOAD"
        )
        assert not signature_matches(request, authorization, SECRET)

    def test_a_hash_the_client_claims_is_not_believed(self) -> None:
        request, authorization = signed_form(
            b"a=1",
            payload=EMPTY_HASH,
            claimed=EMPTY_HASH,
            signed="content-type;host;x-sdk-content-sha256;x-sdk-date",
        )
        assert not signature_matches(request, authorization, SECRET)

    @pytest.mark.parametrize("payload", ["UNSIGNED-PAYLOAD", EMPTY_HASH])
    def test_an_empty_body_may_be_signed_either_way(self, payload: str) -> None:
        request, authorization = signed_form(
            b"",
            payload=payload,
            claimed="UNSIGNED-PAYLOAD",
            media_type="application/json",
            signed="content-type;host;x-sdk-content-sha256;x-sdk-date",
        )
        assert signature_matches(request, authorization, SECRET)

    def test_without_a_signed_date_nothing_matches(self) -> None:
        request, authorization = signed_form(b"a=1", signed="content-type;host")
        assert not signature_matches(request, authorization, SECRET)
        request, authorization = signed_form(b"a=1")
        headers = {name: value for name, value in request.headers.items() if name != "X-Sdk-Date"}
        assert not signature_matches(replace(request, headers=headers), authorization, SECRET)

    def test_a_host_that_is_not_signed_does_not_matter(self) -> None:
        request, authorization = signed_form(b"a=1", signed="content-type;x-sdk-date")
        seen = replace(request, headers={**request.headers, "Host": "elsewhere"})
        assert signature_matches(seen, authorization, SECRET)

    def test_utf8_headers_that_the_server_read_as_latin1(self) -> None:
        request, authorization = signed_form(b"a=1", media_type="text/plain; name=短信")
        seen = {name: value.encode().decode("latin-1") for name, value in request.headers.items()}
        assert signature_matches(replace(request, headers=seen), authorization, SECRET)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=1", "a=1&a=2"),
        ("a", "a="),
        ("a=b+c*~", "a=b%20c%2A~"),
        ("a=%e4%bd%a0", "a=%E4%BD%A0"),
        ("a=%ff", "a=%FF"),
    ],
)
def test_canonical_query(query: str, canonical: str) -> None:
    request = SignedRequest("GET", "/v2", query, {})
    assert canonical_request(request, "host", EMPTY_HASH).split("\n")[2] == canonical


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("", "/"),
        ("/", "/"),
        ("/a b", "/a%20b/"),
        ("/a%20b/", "/a%20b/"),
        ("/短", "/%E7%9F%AD/"),
        ("/~a*", "/~a%2A/"),
    ],
)
def test_canonical_path(path: str, canonical: str) -> None:
    request = SignedRequest("get", path, "", {})
    assert canonical_request(request, "host", EMPTY_HASH).split("\n")[:2] == ["GET", canonical]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://sms.example.com/report?a=b%20c", "sms.example.com"),
        ("https://sms.example.com:443/report", "sms.example.com"),
        ("http://127.0.0.1:8001", "127.0.0.1:8001"),
        ("http://[::1]:8001/", "[::1]:8001"),
    ],
)
def test_a_push_we_sign_verifies(url: str, host: str) -> None:
    headers = {"Content-Type": FORM}
    added = authorization_headers(
        access="push-key",
        secret="push-secret",
        method="POST",
        url=url,
        headers=headers,
        body=b"status=DELIVRD",
        at=datetime(2024, 5, 1, 2, 3, 4, tzinfo=UTC),
    )
    assert added["Host"] == host
    assert added["X-Sdk-Date"] == "20240501T020304Z"
    authorization = parse_authorization(added["Authorization"])
    assert authorization is not None
    assert authorization.access == "push-key"
    assert authorization.signed_headers == "content-type;host;x-sdk-date"
    path, _, query = url.partition("://")[2].partition("/")[2].partition("?")
    received = SignedRequest("POST", "/" + path, query, {**headers, **added}, b"status=DELIVRD")
    assert signature_matches(received, authorization, "push-secret")
    assert not signature_matches(received, authorization, "other-secret")


@given(
    st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=8), max_size=4),
    st.binary(max_size=40),
)
def test_what_is_signed_verifies_and_a_changed_body_does_not(
    fields: dict[str, str], body: bytes
) -> None:
    query = urlencode(fields)
    added = authorization_headers(
        access=KEY,
        secret=SECRET,
        method="POST",
        url=f"http://sms.example.com/a?{query}",
        headers={"Content-Type": "application/json"},
        body=body,
        at=datetime(2024, 5, 1, tzinfo=UTC),
    )
    authorization = parse_authorization(added["Authorization"])
    assert authorization is not None
    headers = {"Content-Type": "application/json", **added}
    request = SignedRequest("POST", "/a", query, headers, body)
    assert signature_matches(request, authorization, SECRET)
    assert not signature_matches(replace(request, body=body + b"x"), authorization, SECRET)
