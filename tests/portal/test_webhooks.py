"""Webhooks in the console: set, signed with a secret shown once, and their log."""

import re
from uuid import uuid4

from django.urls import reverse
from pytest_httpserver import HTTPServer

from customers.models import Customer, Notice, Webhook, WebhookEvent
from customers.services.notices import announce
from customers.tasks import deliver_webhooks

from .conftest import Visitor

FIELDS = {"url": "https://sms.example.com/decisions", "kinds": ["signature", "template"]}


def decide(customer: Customer) -> None:
    announce(
        customer=customer,
        event=Notice.Event.TEMPLATE_APPROVED,
        object_type="template",
        object_id=uuid4(),
        params={"name": "pick-up", "comment": ""},
    )


def text_of(visitor: Visitor, webhook: Webhook) -> str:
    page = visitor.get(reverse("portal:webhook-detail", args=[webhook.public_id]))
    return str(page.content.decode())


def test_the_secret_is_shown_once(owner: Visitor):
    page = owner.post(reverse("portal:webhook-create"), FIELDS)
    webhook = Webhook.objects.get()
    assert str(webhook.secret) in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert str(webhook.secret) not in text_of(owner, webhook)
    again = owner.post(reverse("portal:webhook-secret", args=[webhook.public_id]))
    (shown,) = set(re.findall(r"whsec_[\w+/=]+", again.content.decode()))
    assert shown != webhook.secret


def test_what_was_typed_stays_when_it_is_refused(owner: Visitor):
    plain = FIELDS | {"url": "http://sms.example.com/decisions"}
    answer = owner.post(reverse("portal:webhook-create"), plain)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "http://sms.example.com/decisions" in page
    assert "Use https" in page


def test_a_decision_arrives_and_its_log_says_so(
    owner: Visitor, customer: Customer, httpserver: HTTPServer
):
    httpserver.expect_ordered_request("/decisions").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/decisions").respond_with_data("")
    owner.post(reverse("portal:webhook-create"), FIELDS | {"url": httpserver.url_for("/decisions")})
    webhook = Webhook.objects.get()
    assert "Nothing has been decided" in text_of(owner, webhook)
    decide(customer)
    assert "Not attempted yet" in text_of(owner, webhook)
    deliver_webhooks()
    assert "next attempt at" in text_of(owner, webhook)
    WebhookEvent.objects.update(next_attempt_at=webhook.created_at)
    deliver_webhooks()
    page = text_of(owner, webhook)
    assert "template.approved" in page
    assert ">Delivered<" in page
    assert "503" in page


def test_an_operator_sends_again_and_a_viewer_only_looks(
    owner: Visitor, operator: Visitor, viewer: Visitor, customer: Customer
):
    owner.post(reverse("portal:webhook-create"), FIELDS)
    webhook = Webhook.objects.get()
    decide(customer)
    WebhookEvent.objects.update(state=WebhookEvent.State.GIVEN_UP)
    event = WebhookEvent.objects.get()
    address = reverse("portal:webhook-again", args=[webhook.public_id, event.public_id])
    assert address in text_of(operator, webhook)
    assert address not in text_of(viewer, webhook)
    assert operator.post(address).status_code == 302
    event.refresh_from_db()
    assert event.state == WebhookEvent.State.DUE


def test_switching_off_keeps_the_log(owner: Visitor, customer: Customer):
    owner.post(reverse("portal:webhook-create"), FIELDS)
    webhook = Webhook.objects.get()
    decide(customer)
    edit = reverse("portal:webhook-edit", args=[webhook.public_id])
    assert owner.post(edit, FIELDS).status_code == 302
    decide(customer)
    assert deliver_webhooks() == 0
    page = text_of(owner, webhook)
    assert ">Switched off<" in page
    assert page.count("template.approved</code>") == 1
