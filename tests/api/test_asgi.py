"""What the shipped server does between the wire and Django."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from customers.models import Application
from messaging.models import Message, SendRequest
from tests.api.conftest import stored
from tests.api.management.caller import Caller, caller
from tests.api.shop import JSON, Shop, form
from tests.api.wire import chunked, exchange, form_request, request, whole


def broken_off(server: str, head: bytes) -> int:
    """Send the beginning of a request and no more; the status of the answer."""
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), 20) as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        response = HTTPResponse(connection)
        response.begin()
        return response.status


@pytest.mark.parametrize("missing", [1, 200])
def test_a_call_that_breaks_off_is_not_carried_out(
    server: str, stored_shop: Shop, missing: int
) -> None:
    fields = stored_shop.fields(extend="x" * 128)
    assert broken_off(server, form_request(server, stored_shop.wsse(), fields)[:-missing]) == 400
    assert stored() == (0, 0, 0)


def test_a_large_call_that_breaks_off_is_not_carried_out(server: str, stored_shop: Shop) -> None:
    many = ",".join(f"+86{13_800_000_000 + n}" for n in range(500))
    sent = form_request(server, stored_shop.wsse(), stored_shop.fields(to=many))
    assert broken_off(server, sent[:-100]) == 400
    assert stored() == (0, 0, 0)


def test_another_request_that_breaks_off_is_not_carried_out(
    server: str, transactional_db: None
) -> None:
    """Its reader is told that the body is incomplete, and does not take what came for all."""
    target, document, headers = signed_application(caller())
    sent = whole(server, headers, document, target=target, content_type=JSON)
    assert broken_off(server, sent[:-5]) == 400
    assert exchange(server, sent).status == 200
    assert Application.objects.count() == 1


def test_a_chunked_body_of_another_request(server: str, transactional_db: None) -> None:
    target, document, headers = signed_application(caller())
    sent = chunked(server, headers, document, 7, target=target, content_type=JSON)
    assert exchange(server, *sent).status == 200
    assert Application.objects.count() == 1


def test_a_header_is_known_by_its_own_name_only(server: str, transactional_db: None) -> None:
    """WSGI writes `X_Sdk_Date` as it writes `X-Sdk-Date`, which a proxy may have checked."""
    target, document, headers = signed_application(caller())
    headers["X_Sdk_Date"] = headers.pop("X-Sdk-Date")
    sent = whole(server, headers, document, target=target, content_type=JSON)
    assert exchange(server, sent).status == 401


def signed_application(owner: Caller) -> tuple[str, bytes, dict[str, str]]:
    """A request of the management API that makes an application: where, body and headers."""
    target = owner.path("apps")
    document = json.dumps({"app_name": "Shop", "region": "cn"}).encode()
    return target, document, owner.signed("POST", target, body=document)


def test_many_calls_at_once_are_all_stored(server: str, stored_shop: Shop) -> None:
    """They share rounds and commits, and each gets the answer to its own number."""

    def send(number: int) -> tuple[str, str]:
        to = f"+86{13_800_000_000 + number}"
        answer = exchange(
            server, form_request(server, stored_shop.wsse(), stored_shop.fields(to=to))
        )
        (one,) = answer.body["result"]
        return one["originTo"], one["smsMsgId"]

    with ThreadPoolExecutor(24) as pool:
        told = dict(pool.map(send, range(150)))
    rows = Message.objects.select_related("request")
    assert {row.recipient: row.sms_msg_id for row in rows} == told
    assert len(told) == SendRequest.objects.count() == 150


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_large_call(server: str, stored_shop: Shop, is_chunked: bool) -> None:
    many = ",".join(f"+86{13_800_000_000 + n}" for n in range(500))
    fields = stored_shop.fields(to=many)
    if is_chunked:
        answer = exchange(server, *chunked(server, stored_shop.wsse(), form(fields), 1000))
    else:
        answer = exchange(server, form_request(server, stored_shop.wsse(), fields))
    assert answer.code == "000000"
    assert Message.objects.count() == 500


def test_a_call_that_is_remembered_is_sent_once(server: str, stored_shop: Shop) -> None:
    headers = stored_shop.wsse() | {"Idempotency-Key": "once"}
    sent = form_request(server, headers, stored_shop.fields())
    answers = [exchange(server, sent).body for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "target",
    ["/healthz?q=订单", "/healthz?q=%ff", "/healthz?q=%E8%AE%A2"],
)
def test_a_query_of_any_bytes(server: str, transactional_db: None, target: str) -> None:
    sent = request(server, {}, target=target.encode().decode("latin-1"), method="GET")
    assert exchange(server, sent).status == 200


@pytest.mark.parametrize("path", ["/%ff", "/%E8%AE%A2", "/订单"])
def test_a_path_of_any_bytes_is_looked_for(server: str, transactional_db: None, path: str) -> None:
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), 20) as connection:
        connection.sendall(
            request(server, {}, target=path.encode().decode("latin-1"), method="GET")
        )
        response = HTTPResponse(connection)
        response.begin()
        assert response.status == 404
