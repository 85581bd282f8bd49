"""Send a sample: the request, the answer, and what a refusal says."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.urls import reverse
from pytest_httpserver import HTTPServer

from customers.models import AuditEvent
from messaging.services import push, push_keys
from tests.messaging.road import Road

from .conftest import Visitor

PAGE = reverse("portal:callback-sample")


@pytest.fixture(autouse=True)
def _own_session() -> Iterator[None]:
    push.stop()
    push_keys.forget()
    yield
    push.stop()
    push_keys.forget()


def typed(road: Road, what: str, url: str = "") -> dict[str, Any]:
    return {"application": road.application.public_id, "what": what, "url": url}


def test_a_report_and_its_answer_show_at_once(
    operator: Visitor, road: Road, httpserver: HTTPServer
):
    httpserver.expect_request("/report").respond_with_data("<i>taken</i>", status=201)
    url = httpserver.url_for("/report")
    response = operator.post(PAGE, typed(road, "report", url))
    page = response.content.decode()
    (got, _answer) = httpserver.log[0]
    assert response.context["push"].body == got.get_data(as_text=True)
    assert "HTTP 201" in page
    assert "&lt;i&gt;taken&lt;/i&gt;" in page
    event = AuditEvent.objects.get(verb="send_sample")
    assert event.after == {"what": "report", "url": url, "status": 201}


def test_with_push_keys_the_sample_is_signed(operator: Visitor, road: Road, httpserver: HTTPServer):
    road.application.push_ak, road.application.push_sk = "AK-OF-PUSHES", "Sk-of-pushes-1"
    road.application.save()
    httpserver.expect_request("/report").respond_with_data("")
    operator.post(PAGE, typed(road, "batch", httpserver.url_for("/report")))
    (got, _answer) = httpserver.log[0]
    assert "Access=AK-OF-PUSHES" in got.headers["Authorization"]
    assert got.json["statusReportList"][0]["status"] == "DELIVRD"


def test_the_application_s_own_addresses_are_used_when_none_is_typed(
    operator: Visitor, road: Road, httpserver: HTTPServer
):
    httpserver.expect_request("/up").respond_with_data("")
    road.application.uplink_url = httpserver.url_for("/up")
    road.application.receives_uplink_time = True
    road.application.save()
    operator.post(PAGE, typed(road, "uplink"))
    (got, _answer) = httpserver.log[0]
    fields = parse_qs(got.get_data(as_text=True))
    assert set(fields) == {"from", "to", "body", "smsMsgId", "createTime"}
    assert fields["to"] == [road.template.signature.channel_number]
    response = operator.post(PAGE, typed(road, "batch"))
    assert response.status_code == 422
    assert "no such address of its own" in response.content.decode()


def test_a_refused_network_says_what_to_do(operator: Visitor, road: Road):
    response = operator.post(PAGE, typed(road, "report", "http://169.254.169.254/report"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "the address leads into a network that may not be called" in page
    assert "OUTBOUND_ALLOWED_NETWORKS" in page


def test_what_is_no_address_is_refused_at_its_field(operator: Visitor, road: Road):
    response = operator.post(PAGE, typed(road, "report", "ftp://example.com/"))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"url"}
    assert "use http:// or https://" in response.content.decode()


def test_nobody_there_is_said(operator: Visitor, road: Road):
    with socket.socket() as bound:  # a port that is taken, and where nobody listens
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/report"
        page = operator.post(PAGE, typed(road, "report", url)).content.decode()
    assert "Connection refused: nothing listens there" in page


def test_the_application_of_another_customer_is_no_choice(
    stranger: Visitor, road: Road, httpserver: HTTPServer
):
    response = stranger.post(PAGE, typed(road, "report", httpserver.url_for("/report")))
    assert "push" not in response.context
    assert httpserver.log == []
