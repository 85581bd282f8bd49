"""What clients in the field put on the wire, spoken to the shipped web server (ruling 5)."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from customers.models import Application
from messaging.models import Message, SendRequest
from tests.api.conftest import stored
from tests.api.shop import JSON, SEND, SEND_DIFF, WSSE, Answer, Shop, form, stamp
from tests.api.wire import chunked, exchange, form_request, request, whole

OVER_THE_LIMIT = 12 * 1024 * 1024 + 1


def accepted(answer: Answer) -> bool:
    (message,) = Message.objects.select_related("request")
    (one,) = answer.body["result"]
    return (
        (answer.status, answer.code, one["status"]) == (200, "000000", "000000")
        and answer.headers["Content-Type"] == "application/json;charset=UTF-8"
        and one["smsMsgId"] == message.sms_msg_id
        and message.recipient == "+8613800138000"
        and message.request.variables == ["A1001"]
    )


def test_a_plain_request(server: str, stored_shop: Shop) -> None:
    fields = stored_shop.fields()
    assert accepted(exchange(server, form_request(server, stored_shop.wsse(), fields)))


@pytest.mark.parametrize("size", [7, 10_000])
def test_a_chunked_body_without_its_length(server: str, stored_shop: Shop, size: int) -> None:
    body = form(stored_shop.fields())
    assert accepted(exchange(server, *chunked(server, stored_shop.wsse(), body, size)))


def test_parameters_in_the_query_and_an_empty_body(server: str, stored_shop: Shop) -> None:
    target = f"{SEND}?{form(stored_shop.fields()).decode()}"
    assert accepted(exchange(server, whole(server, stored_shop.wsse(), b"", target=target)))


def test_parameters_in_the_query_and_no_body_at_all(server: str, stored_shop: Shop) -> None:
    target = f"{SEND}?{form(stored_shop.fields()).decode()}"
    assert accepted(exchange(server, request(server, stored_shop.wsse(), target=target)))


def test_parameters_in_query_and_body(server: str, stored_shop: Shop) -> None:
    fields = stored_shop.fields()
    in_query = form({"to": fields.pop("to"), "from": "csms0", "extend": "订单"}).decode()
    head = whole(server, stored_shop.wsse(), form(fields), target=f"{SEND}?{in_query}")
    assert accepted(exchange(server, head))
    assert SendRequest.objects.get().extend == "订单"


def test_the_query_in_raw_utf_8(server: str, stored_shop: Shop) -> None:
    target = (SEND + "?extend=订单").encode().decode("latin-1")
    head = whole(server, stored_shop.wsse(), form(stored_shop.fields()), target=target)
    assert accepted(exchange(server, head))
    assert SendRequest.objects.get().extend == "订单"


def test_a_literal_plus_in_front_of_the_number(server: str, stored_shop: Shop) -> None:
    body = form(stored_shop.fields()).replace(b"%2B", b"+")
    assert b"to=+86" in body
    assert accepted(exchange(server, whole(server, stored_shop.wsse(), body)))


def test_commas_that_are_not_encoded(server: str, stored_shop: Shop) -> None:
    body = form(stored_shop.fields()).replace(b"%2B8613800138000", b"13800138000,1")
    answer = exchange(server, whole(server, stored_shop.wsse(), body))
    assert answer.statuses == ["000000", "E000503"]


def test_blanks_between_the_fields_of_x_wsse(server: str, stored_shop: Shop) -> None:
    headers = stored_shop.wsse(separator=", ")
    assert accepted(exchange(server, form_request(server, headers, stored_shop.fields())))


def test_a_nonce_of_128_characters(server: str, stored_shop: Shop) -> None:
    headers = stored_shop.wsse(nonce="0123456789abcdef" * 8)
    assert accepted(exchange(server, form_request(server, headers, stored_shop.fields())))


def test_beijing_time_labelled_as_utc(server: str, stored_shop: Shop) -> None:
    headers = stored_shop.wsse(created=stamp(datetime.now(UTC) + timedelta(hours=8)))
    assert accepted(exchange(server, form_request(server, headers, stored_shop.fields())))


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/xml;q=0.9", "nonsense"])
def test_whatever_is_accepted_the_answer_is_json(
    server: str, stored_shop: Shop, accept: str
) -> None:
    headers = stored_shop.wsse() | {"Accept": accept}
    assert accepted(exchange(server, form_request(server, headers, stored_shop.fields())))


def test_header_names_in_any_case(server: str, stored_shop: Shop) -> None:
    headers = {"authorization": WSSE, "x-WsSe": stored_shop.x_wsse()}
    assert accepted(exchange(server, form_request(server, headers, stored_shop.fields())))


def test_a_charset_and_empty_optional_fields(server: str, stored_shop: Shop) -> None:
    fields = stored_shop.fields(statusCallback="", signature="", extend="")
    head = form_request(
        server,
        stored_shop.wsse(),
        fields,
        content_type="application/x-www-form-urlencoded;charset=ISO-8859-1",
    )
    assert accepted(exchange(server, head))


@pytest.mark.parametrize("target", ["/sms/batchSendSms/v1/", "/sms/batchSendSms", "/sms/"])
def test_another_address_is_not_found_and_never_redirected(
    server: str, stored_shop: Shop, target: str
) -> None:
    head = form_request(server, stored_shop.wsse(), stored_shop.fields(), target=target)
    with pytest.raises(ValueError):  # a page, not an answer of the API
        exchange(server, head)
    assert stored() == (0, 0, 0)


def test_a_body_over_12_megabytes(server: str, stored_shop: Shop) -> None:
    body = b"to=" + b"1" * (OVER_THE_LIMIT - 3)
    answer = exchange(server, whole(server, stored_shop.wsse(), body))
    assert answer.told == (400, "E000027")


def test_a_chunked_body_over_12_megabytes(server: str, stored_shop: Shop) -> None:
    body = b"to=" + b"1" * (OVER_THE_LIMIT - 3)
    answer = exchange(server, *chunked(server, stored_shop.wsse(), body, 1 << 20))
    assert answer.told == (400, "E000027")
    assert stored() == (0, 0, 0)


def test_a_form_that_is_not_utf_8(server: str, stored_shop: Shop) -> None:
    for extend in (b"\xb6\xa9\xb5\xa5", b"%B6%A9%B5%A5"):
        body = form(stored_shop.fields()) + b"&extend=" + extend
        assert exchange(server, whole(server, stored_shop.wsse(), body)).told == (400, "E000000")
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("is_chunked", [True, False])
def test_json_with_escapes_and_a_trailing_newline(
    server: str, stored_shop: Shop, is_chunked: bool
) -> None:
    document = {
        "from": stored_shop.signature.channel_number,
        "smsContent": [stored_shop.content()],
        "extend": "订单",
        "statusCallback": "",
    }
    body = json.dumps(document).encode() + b"\n"
    assert b"\\u8ba2" in body
    options = {"target": SEND_DIFF, "content_type": JSON + "; charset=utf-8"}
    headers = stored_shop.wsse() | {"Accept": "text/html"}
    if is_chunked:
        answer = exchange(server, *chunked(server, headers, body, 11, **options))
    else:
        answer = exchange(server, whole(server, headers, body, **options))
    assert accepted(answer)
    assert SendRequest.objects.get().extend == "订单"


@pytest.mark.parametrize("is_chunked", [True, False])
@pytest.mark.parametrize("payload", ["", "UNSIGNED-PAYLOAD"])
def test_aksk_with_every_header_signed(
    server: str, stored_shop: Shop, is_chunked: bool, payload: str
) -> None:
    body = form(stored_shop.fields(extend="订单 77"))
    length = {} if is_chunked else {"Content-Length": str(len(body))}
    headers = stored_shop.aksk(
        body,
        payload=payload,
        extra={
            "Host": urlsplit(server).netloc,
            "User-Agent": "huaweicloud-usdk-python/3.0",
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "keep-alive",
            **length,
        },
    )
    if is_chunked:
        answer = exchange(server, *chunked(server, headers, body, 50))
    else:
        answer = exchange(server, whole(server, headers, body))
    assert accepted(answer)


def test_aksk_with_parameters_in_the_query(server: str, stored_shop: Shop) -> None:
    """The query is signed sorted and encoded anew, however it came."""
    query = form(stored_shop.fields()).decode()
    headers = stored_shop.aksk(b"", extra={"Host": urlsplit(server).netloc}, query=query)
    assert accepted(exchange(server, whole(server, headers, b"", target=f"{SEND}?{query}")))


def test_the_allow_list_sees_the_address_of_the_connection(server: str, stored_shop: Shop) -> None:
    good = form_request(server, stored_shop.wsse(), stored_shop.fields())
    Application.objects.update(ip_allowlist=["203.0.113.7"])
    assert exchange(server, good).told == (403, "E000620")
    Application.objects.update(ip_allowlist=["127.0.0.1"])
    assert accepted(exchange(server, good))
