"""Operations pages: freezing, suspending, penalties and tickets."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Penalty, Ticket
from customers.services import tickets
from customers.services.tickets import CheckedFile
from reviews.roles import AUDITORS, OPERATIONS_LEADS
from tests.factories import ApplicationFactory, CustomerFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def page(model, subject, act=""):
    if act:
        return reverse(f"admin:customers_{model}_act", args=[subject.pk, act])
    return reverse(f"admin:customers_{model}_change", args=[subject.pk])


def as_role(role):
    client = Client()
    client.force_login(UserFactory(staff=True, role=role))
    return client


@pytest.fixture
def lead():
    return as_role(OPERATIONS_LEADS)


@pytest.fixture
def ticket(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    member = MembershipFactory()
    return tickets.open_ticket(
        customer=member.customer,
        kind="complaint",
        subject="Too slow",
        text="It takes <b>minutes</b>.",
        files=[CheckedFile("a.png", "image/png", b"content")],
        actor=member.user,
    )


def test_freeze_and_release(lead):
    customer = CustomerFactory()
    assert (
        page("customer", customer, "freeze")
        in lead.get(page("customer", customer)).content.decode()
    )
    answer = lead.post(page("customer", customer, "freeze"), {"cause": "violation", "reason": "x"})
    assert answer.status_code == 422
    values = {"cause": "violation", "reason": "Spam was sent."}
    assert lead.post(page("customer", customer, "freeze"), values).status_code == 302
    customer.refresh_from_db()
    assert customer.is_frozen
    assert "Spam was sent." in lead.get(page("customer", customer)).content.decode()
    lead.post(page("customer", customer, "release"), {"reason": "Rectified."})
    customer.refresh_from_db()
    assert not customer.is_frozen


def test_a_violation_stands_on_the_customers_page(lead):
    application = ApplicationFactory()
    customer = application.customer
    values = {"violation": 3, "application": application.pk, "comment": "No opt-out."}
    assert lead.post(page("customer", customer, "penalize"), values).status_code == 302
    assert (
        "Marketing without a clear opt-out" in lead.get(page("customer", customer)).content.decode()
    )


def test_rectifying_takes_one_click(lead):
    customer = CustomerFactory()
    lead.post(page("customer", customer, "penalize"), {"violation": 3, "comment": "No opt-out."})
    penalty = Penalty.objects.get()
    lead.post(page("penalty", penalty, "rectify"), {"confirm": "1"})
    penalty.refresh_from_db()
    assert penalty.rectified_at


def test_suspend_an_application(lead):
    application = ApplicationFactory()
    lead.post(page("application", application, "suspend"), {"reason": "Spam was sent."})
    application.refresh_from_db()
    assert application.suspended_by == "operations"
    assert (
        page("application", application, "restore")
        in lead.get(page("application", application)).content.decode()
    )


@pytest.mark.parametrize(
    ("model", "act"),
    [
        ("customer", "freeze"),
        ("customer", "release"),
        ("customer", "penalize"),
        ("application", "suspend"),
        ("application", "restore"),
    ],
)
def test_who_may_not_gets_neither_page_nor_button(console, model, act):
    subject = ApplicationFactory()
    subject = subject if model == "application" else subject.customer
    for client in (console, as_role(AUDITORS)):
        assert client.get(page(model, subject, act)).status_code == 403
        assert client.post(page(model, subject, act), {"reason": "Spam."}).status_code == 403
        assert f"/act/{act}/" not in client.get(page(model, subject)).content.decode()


def test_an_unknown_act_is_not_there(lead):
    assert lead.get(page("customer", CustomerFactory(), "delete")).status_code == 404


def test_reviewers_answer_tickets_and_read_their_files(console, ticket):
    shown = console.get(page("ticket", ticket)).content.decode()
    assert "It takes &lt;b&gt;minutes&lt;/b&gt;." in shown
    file = ticket.messages.get().files.get()
    address = reverse("admin:ticket_file", args=[file.public_id])
    assert address in shown
    assert console.get(address).content == b"content"
    assert console.post(page("ticket", ticket, "answer"), {"text": " "}).status_code == 422
    console.post(page("ticket", ticket, "answer"), {"text": "Faster now.", "closes": "on"})
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.CLOSED


def test_auditors_read_and_do_not_answer(ticket):
    auditor = as_role(AUDITORS)
    assert auditor.get(page("ticket", ticket)).status_code == 200
    assert auditor.get(page("ticket", ticket, "answer")).status_code == 403


def test_customers_do_not_get_in(ticket):
    client = Client()
    client.force_login(ticket.created_by)
    file = ticket.messages.get().files.get()
    for address in (
        page("ticket", ticket),
        page("ticket", ticket, "answer"),
        reverse("admin:ticket_file", args=[file.public_id]),
        page("customer", ticket.customer, "freeze"),
    ):
        assert client.get(address, follow=True).status_code == 403
