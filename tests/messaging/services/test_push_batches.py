"""Batch pushes and signed pushes, as a customer's server sees them."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from common.errors import Refusal
from messaging.carriers.base import Receipt
from messaging.models import Callback, CallbackAttempt, CallbackTarget, GroupTask
from messaging.services import catalogue, push, push_keys
from messaging.services.accept import accept_group_slice
from messaging.services.sample import send_sample_report
from tests.messaging.road import REPORTED_AT, Road, build_road, carrier_ids, numbers
from tests.messaging.services.test_callback import build_road_of_another_customer

BATCH = CallbackTarget.Kind.BATCH
ACCESS, SECRET = "pushAccessKey0001", "pushSecretKey0001"


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    push.stop()
    yield
    push.stop()


@pytest.fixture
def requests(httpserver: HTTPServer) -> list[Request]:
    seen: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        seen.append(request)
        return Response("taken")

    httpserver.expect_request("/report", method="POST").respond_with_handler(take)
    return seen


def set_up(road: Road, **fields: str) -> None:
    for name, value in fields.items():
        setattr(road.application, name, value)
    road.application.save()
    catalogue.forget()
    push_keys.forget()


def deliver_to_batch(road: Road, count: int) -> list[str]:
    application = road.application
    target_id = catalogue.batch_target_id(application.customer_id, application.pk)
    assert target_id is not None
    accepted = road.accept(numbers(count), target_id=target_id)
    road.submit_all()
    ids = range(accepted.first_id, accepted.first_id + count)
    road.receive(*(Receipt(carrier_ids(n)[0], "DELIVRD", REPORTED_AT) for n in ids))
    return accepted.sms_msg_ids(count)


class TestBatches:
    def test_reports_come_as_json_at_most_50_a_push(self, road: Road, httpserver, requests):
        set_up(road, report_url=httpserver.url_for("/report"))
        sent = deliver_to_batch(road, 120)
        assert push.push_due(budget_s=10) == 120
        documents = [json.loads(request.get_data()) for request in requests]
        lists = [document["statusReportList"] for document in documents]
        assert sorted(map(len, lists)) == [20, 50, 50]
        assert sorted(report["smsMsgId"] for one in lists for report in one) == sent
        assert {request.content_type for request in requests} == {"application/json"}
        assert lists[0][0] == {
            "smsMsgId": lists[0][0]["smsMsgId"],
            "total": "1",
            "sequence": "1",
            "status": "DELIVRD",
            "statusDesc": "Delivered to the handset",
            "source": "2",
            "updateTime": "2026-05-01T02:03:09Z",
        }

    def test_each_report_of_a_push_shares_its_outcome(self, road: Road, httpserver: HTTPServer):
        httpserver.expect_request("/report").respond_with_data("no", status=500)
        set_up(road, report_url=httpserver.url_for("/report"))
        deliver_to_batch(road, 3)
        push.push_due(budget_s=10)
        assert len(httpserver.log) == 1
        assert set(Callback.objects.values_list("http_status", "state")) == {
            (500, Callback.State.DUE)
        }
        assert CallbackAttempt.objects.count() == 3

    def test_applications_of_one_address_are_not_mixed(self, road: Road, httpserver, requests):
        url = httpserver.url_for("/report")
        set_up(road, report_url=url, push_ak=ACCESS, push_sk=SECRET)
        road.channel.delete()
        other = build_road()
        other.application.customer = road.application.customer
        set_up(other, report_url=url)
        deliver_to_batch(other, 2)
        target = CallbackTarget.objects.get()
        other.accept(["+14155550100"], target_id=target.pk, blocked=["E200024"])
        road.accept(["+14155550100"], target_id=target.pk, blocked=["E200024"])
        assert push.push_due(budget_s=10) == 4
        shown = [("Authorization" in request.headers) for request in requests]
        assert sorted(shown) == [False, True]

    def test_no_address_at_all_and_nothing_is_pushed(self, road: Road):
        application = road.application
        assert catalogue.batch_target_id(application.customer_id, application.pk) is None
        road.deliver(2, callback="")
        assert not Callback.objects.exists()

    def test_single_and_batch_reports_to_one_address_are_two_targets(self, road: Road):
        url = "http://127.0.0.1:9/report"
        set_up(road, report_url=url)
        customer_id = road.application.customer_id
        single = catalogue.target_id(customer_id, url)
        assert catalogue.batch_target_id(customer_id, road.application.pk) != single

    def test_group_messages_report_to_the_batch_address(self, road: Road):
        set_up(road, report_url="http://127.0.0.1:9/report")
        task = GroupTask(
            pk=1,
            customer=road.application.customer,
            application=road.application,
            template=road.template,
            signature=road.template.signature,
        )
        accept_group_slice(task=task, recipients=numbers(2), variables=[["A"], ["B"]], parts=[1, 1])
        road.submit_all()
        target = CallbackTarget.objects.get()
        assert (target.kind, target.url) == (BATCH, "http://127.0.0.1:9/report")


def verify(request: Request) -> None:
    """Check a signature as a receiver would, by the documentation alone."""
    scheme, _, rest = request.headers["Authorization"].partition(" ")
    access, names, signature = (pair.partition("=")[2] for pair in rest.split(", "))
    lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names.split(";"))
    digest = hashlib.sha256(request.get_data()).hexdigest()
    canonical = f"POST\n/report/\n\n{lines}\n{names}\n{digest}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"SDK-HMAC-SHA256\n{request.headers['X-Sdk-Date']}\n{hashed}"
    assert (scheme, access) == ("SDK-HMAC-SHA256", ACCESS)
    assert hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest() == signature
    assert {"host", "x-sdk-date", "content-type"} <= set(names.split(";"))


class TestSigning:
    def test_single_reports_are_signed(self, road: Road, httpserver, requests):
        set_up(road, push_ak=ACCESS, push_sk=SECRET)
        road.deliver(1, callback=httpserver.url_for("/report"))
        push.push_due(budget_s=10)
        verify(requests[0])

    def test_batches_are_signed(self, road: Road, httpserver, requests):
        url = httpserver.url_for("/report")
        set_up(road, report_url=url, push_ak=ACCESS, push_sk=SECRET)
        deliver_to_batch(road, 2)
        push.push_due(budget_s=10)
        verify(requests[0])

    def test_without_keys_nothing_is_signed(self, road: Road, httpserver, requests):
        road.deliver(1, callback=httpserver.url_for("/report"))
        push.push_due(budget_s=10)
        assert "Authorization" not in requests[0].headers
        assert "X-Sdk-Date" not in requests[0].headers

    def test_each_customer_signs_with_its_own_keys(self, road: Road, httpserver, requests):
        set_up(road, push_ak="other", push_sk="other")
        owner = build_road_of_another_customer(road)
        set_up(owner, push_ak=ACCESS, push_sk=SECRET)
        owner.deliver(1, callback=httpserver.url_for("/report"))
        push.push_due(budget_s=10)
        verify(requests[0])


class TestSample:
    def test_a_sample_is_a_signed_report_of_no_message(self, road: Road, httpserver, requests):
        set_up(road, push_ak=ACCESS, push_sk=SECRET)
        url = httpserver.url_for("/report")
        answer = send_sample_report(application=road.application, url=url).answer
        assert (answer.status, answer.body_start) == (200, b"taken")
        verify(requests[0])
        fields = parse_qs(requests[0].get_data(as_text=True))
        assert (fields["status"], fields["extend"]) == (["DELIVRD"], ["sample"])
        assert not CallbackAttempt.objects.exists()

    def test_a_batch_sample(self, road: Road, httpserver, requests):
        url = httpserver.url_for("/report")
        send_sample_report(application=road.application, url=url, kind=BATCH)
        (report,) = json.loads(requests[0].get_data())["statusReportList"]
        assert report["status"] == "DELIVRD"

    def test_what_is_no_address_is_refused(self, road: Road):
        with pytest.raises(Refusal):
            send_sample_report(application=road.application, url="ftp://example.com/")
