"""Webhooks: what they are told, signed how, and what comes of receivers that fail."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from pytest_httpserver import HTTPServer

from common.clock import now
from common.errors import Refusal
from customers.models import (
    AuditEvent,
    Customer,
    Notice,
    User,
    Webhook,
    WebhookAttempt,
    WebhookEvent,
)
from customers.services import notices, webhook_delivery, webhook_events, webhooks
from customers.tasks import deliver_webhooks
from tests.factories import CustomerFactory, MembershipFactory

pytestmark = pytest.mark.django_db

KINDS = ["signature", "template"]


@pytest.fixture
def customer() -> Customer:
    return CustomerFactory()


@pytest.fixture
def actor(customer: Customer) -> User:
    return MembershipFactory(customer=customer).user


def add(customer: Customer, actor: User, **changes: Any) -> Webhook:
    fields = {"url": "https://sms.example.com/decisions", "kinds": KINDS}
    return webhooks.add_webhook(customer=customer, actor=actor, **(fields | changes))


def announce(customer: Customer, event: str = Notice.Event.SIGNATURE_REJECTED) -> Notice:
    return notices.announce(
        customer=customer,
        event=event,
        object_type="signature",
        object_id=customer.public_id,
        params={"name": "云上商城", "comment": "Send the licence."},
    )


class TestSetting:
    def test_a_webhook_has_a_secret_that_the_database_does_not_show(self, customer, actor):
        webhook = add(customer, actor)
        assert len(base64.b64decode(webhook.secret.removeprefix("whsec_"))) == 32
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT secret FROM customers_webhook")
            assert webhook.secret not in cursor.fetchone()[0]
        trail = AuditEvent.objects.get(object_type="webhook")
        assert (trail.verb, trail.object_name) == ("create", webhook.url)
        assert webhook.secret not in json.dumps(trail.after)

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"url": "http://sms.example.com/x"}, "webhook_plain", "url"),
            ({"url": "http://8.8.8.8/x"}, "webhook_plain", "url"),
            ({"url": "ftp://sms.example.com/x"}, "url_scheme", "url"),
            ({"url": "https://me:pw@sms.example.com/x"}, "url_credentials", "url"),
            ({"url": "https://sms.example.com/" + "x" * 250}, "url_too_long", "url"),
            ({"url": ""}, "url_malformed", "url"),
            ({"kinds": []}, "webhook_kinds", "kinds"),
            ({"kinds": ["weather"]}, "webhook_kinds", "kinds"),
        ],
    )
    def test_what_cannot_work_is_refused_at_its_field(self, customer, actor, changes, code, field):
        with pytest.raises(Refusal) as refused:
            add(customer, actor, **changes)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert not Webhook.objects.exists()

    def test_one_address_once_and_five_in_all(self, customer, actor):
        add(customer, actor)
        with pytest.raises(Refusal, match="already"):
            add(customer, actor)
        for turn in range(1, webhooks.MOST):
            add(customer, actor, url=f"https://sms.example.com/{turn}")
        with pytest.raises(Refusal) as refused:
            add(customer, actor, url="https://sms.example.com/one-more")
        assert refused.value.code == "webhook_limit"

    def test_another_customer_may_use_the_same_address(self, customer, actor):
        add(customer, actor)
        other = MembershipFactory()
        assert add(other.customer, other.user).pk


class TestOwing:
    def test_a_decision_owes_what_was_asked_for_and_to_nobody_else(self, customer, actor):
        told = add(customer, actor, kinds=["signature"])
        add(customer, actor, url="https://sms.example.com/templates", kinds=["template"])
        other = MembershipFactory()
        add(other.customer, other.user)
        announce(customer)
        announce(customer, Notice.Event.TICKET_ANSWERED)
        event = WebhookEvent.objects.get()
        assert (event.webhook, event.type) == (told, "signature.rejected")
        body = json.loads(event.body)
        assert body["id"] == str(event.public_id)
        assert body["project_id"] == customer.project_id
        assert body["data"] == {
            "object_type": "signature",
            "object_id": str(customer.public_id),
            "name": "云上商城",
            "comment": "Send the licence.",
        }

    def test_a_decision_that_is_rolled_back_owes_nothing(self, customer, actor):
        add(customer, actor)
        with transaction.atomic():
            announce(customer)
            transaction.set_rollback(True)
        assert not WebhookEvent.objects.exists()

    def test_a_webhook_that_is_off_is_owed_nothing(self, customer, actor):
        webhook = add(customer, actor)
        webhooks.change_webhook(
            webhook=webhook, url=webhook.url, kinds=KINDS, is_active=False, actor=actor
        )
        announce(customer)
        assert not WebhookEvent.objects.exists()

    def test_every_decision_about_the_three_kinds_has_a_type(self, customer, actor):
        add(customer, actor, kinds=Webhook.Kind.values)
        kinds = ("qualification", "signature", "supplement", "template")
        decisions = [event for event in Notice.Event.values if event.startswith(kinds)]
        for event in decisions:
            announce(customer, event)
        assert WebhookEvent.objects.count() == len(decisions) == 11


class TestDelivery:
    @pytest.fixture
    def webhook(self, customer, actor, httpserver: HTTPServer) -> Webhook:
        return add(customer, actor, url=httpserver.url_for("/decisions"))

    def test_it_arrives_signed_once(self, customer, webhook, httpserver: HTTPServer):
        httpserver.expect_request("/decisions", method="POST").respond_with_data("thanks")
        announce(customer)
        assert webhook_delivery.has_due()
        assert deliver_webhooks() == 1
        assert not webhook_delivery.has_due()
        assert deliver_webhooks() == 0
        (request, _answer), *more = httpserver.log
        assert not more
        event = WebhookEvent.objects.get()
        assert request.get_data(as_text=True) == event.body
        assert request.headers["webhook-id"] == str(event.public_id)
        key = base64.b64decode(str(webhook.secret).removeprefix("whsec_"))
        stamp = request.headers["webhook-timestamp"]
        signed = f"{event.public_id}.{stamp}.{event.body}".encode()
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{digest}"
        assert event.state == WebhookEvent.State.DELIVERED
        attempt = WebhookAttempt.objects.get()
        assert (attempt.number, attempt.http_status, attempt.answer) == (1, 200, "thanks")

    def test_the_signature_is_that_of_the_standard(self):
        """The example of the Standard Webhooks specification's reference libraries."""
        assert (
            webhook_delivery.signature(
                secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
                timestamp=1614265330,
                body=b'{"test": 2432232314}',
            )
            == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        )

    def test_a_failure_is_tried_again_on_the_ladder_until_it_is_over(
        self, customer, webhook, httpserver: HTTPServer, settings
    ):
        settings.SMS_CALLBACK_LADDER_S = [5, 30]
        settings.SMS_CALLBACK_SPREAD = 0
        httpserver.expect_request("/decisions").respond_with_data("no", status=500)
        announce(customer)
        moment = now()
        for after_s, attempts in ((0, 1), (4, 1), (6, 2), (35, 2), (37, 3), (10**6, 3)):
            with time_machine.travel(moment + timedelta(seconds=after_s), tick=False):
                deliver_webhooks()
            assert WebhookAttempt.objects.count() == attempts
        assert WebhookEvent.objects.get().state == WebhookEvent.State.GIVEN_UP
        bodies = {request.get_data() for request, _answer in httpserver.log}
        assert len(bodies) == 1

    def test_410_ends_it_and_sending_again_begins_anew(
        self, customer, actor, webhook, httpserver: HTTPServer
    ):
        httpserver.expect_ordered_request("/decisions").respond_with_data("", status=410)
        httpserver.expect_ordered_request("/decisions").respond_with_data("")
        announce(customer)
        deliver_webhooks()
        event = WebhookEvent.objects.get()
        assert event.state == WebhookEvent.State.GIVEN_UP
        webhook_events.send_again(event=event, actor=actor)
        deliver_webhooks()
        event.refresh_from_db()
        assert (event.state, event.attempts) == (WebhookEvent.State.DELIVERED, 2)

    def test_private_addresses_need_permission(
        self, customer, webhook, httpserver: HTTPServer, settings
    ):
        settings.OUTBOUND_ALLOWED_NETWORKS = []
        announce(customer)
        deliver_webhooks()
        assert httpserver.log == []
        assert WebhookAttempt.objects.get().error == "blocked"

    def test_redirects_are_not_followed(self, customer, webhook, httpserver: HTTPServer):
        httpserver.expect_request("/decisions").respond_with_data(
            "", status=302, headers={"Location": httpserver.url_for("/elsewhere")}
        )
        announce(customer)
        deliver_webhooks()
        assert [request.path for request, _answer in httpserver.log] == ["/decisions"]
        assert WebhookEvent.objects.get().state == WebhookEvent.State.DUE

    def test_one_receiver_gets_a_few_at_a_time_so_that_others_have_their_turn(
        self, customer, actor, webhook, httpserver: HTTPServer
    ):
        httpserver.expect_request("/decisions").respond_with_data("")
        httpserver.expect_request("/other").respond_with_data("")
        for _ in range(12):
            announce(customer)
        add(customer, actor, url=httpserver.url_for("/other"))
        announce(customer)
        assert deliver_webhooks() == 5 + 1
        assert deliver_webhooks() == 5
        assert deliver_webhooks() == 3

    def test_a_worker_that_died_gives_its_events_back(self, customer, webhook, settings):
        settings.SMS_CALLBACK_LEASE_S = 60
        announce(customer)
        moment = now()
        with time_machine.travel(moment, tick=False):
            assert len(webhook_delivery._take()) == 1
            assert webhook_delivery._take() == []
        with time_machine.travel(moment + timedelta(seconds=61), tick=False):
            assert len(webhook_delivery._take()) == 1
