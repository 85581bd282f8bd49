"""Tickets: the customer writes, operations answer, files stay inside."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Customer, Delivery, Notice, Ticket, TicketFile
from customers.services import tickets
from tests.factories import UserFactory
from tests.reviews.papers import png

from .conftest import Visitor

CREATE = reverse("portal:ticket-create")
FIELDS = {"kind": "channel", "subject": "Slow", "text": "Messages take minutes."}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def picture(name: str = "screen.png", content: bytes | None = None):
    return SimpleUploadedFile(name, png() if content is None else content)


def test_a_conversation(owner: Visitor):
    answer = owner.post(CREATE, FIELDS | {"attachments": [picture(), picture("second.png")]})
    ticket = Ticket.objects.get()
    assert answer.url == reverse("portal:ticket-detail", args=[ticket.public_id])
    tickets.answer(ticket=ticket, text="It is faster now.", actor=UserFactory(staff=True))
    page = owner.get(answer.url).content.decode()
    assert "It is faster now." in page
    assert "Operations team" in page
    assert page.count("/tickets/files/") == 2
    assert Notice.objects.get().event == "ticket_answered"
    assert Delivery.objects.get().address == owner.membership.user.email
    owner.post(reverse("portal:ticket-write", args=[ticket.public_id]), {"text": "Thanks."})
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN


def test_files_are_encrypted_and_for_the_customer_only(
    owner: Visitor, viewer: Visitor, stranger: Visitor, media
):
    owner.post(CREATE, FIELDS | {"attachments": [picture()]})
    file = TicketFile.objects.get()
    address = reverse("portal:ticket-file", args=[file.public_id])
    assert viewer.get(address).content == png()
    assert stranger.get(address).status_code == 404
    stored = next(path for path in media.rglob("*.bin"))
    assert b"PNG" not in stored.read_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.png", b"<html><script>"), ("run.exe", b"MZ\x90\0"), ("a b.png", None), ("x.png", b"")],
)
def test_what_is_no_picture_or_pdf_is_refused(owner: Visitor, name: str, content: bytes | None):
    answer = owner.post(CREATE, FIELDS | {"attachments": [picture(name, content)]})
    assert answer.status_code == 422
    assert "Messages take minutes." in answer.content.decode()
    assert not TicketFile.objects.exists()


def test_too_many_files_leave_no_ticket(owner: Visitor):
    answer = owner.post(CREATE, FIELDS | {"attachments": [picture(f"{n}.png") for n in range(6)]})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_frozen_customers_can_still_write(owner: Visitor, customer: Customer):
    Customer.objects.filter(pk=customer.pk).update(status="frozen")
    assert owner.post(CREATE, FIELDS).status_code == 302


def test_not_too_many_a_day(owner: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tickets, "MOST_PER_DAY", 1)
    owner.post(CREATE, FIELDS)
    assert owner.post(CREATE, FIELDS).status_code == 422


def test_strangers_write_nothing_into_it(owner: Visitor, stranger: Visitor):
    owner.post(CREATE, FIELDS)
    ticket = Ticket.objects.get()
    for name in ("ticket-write", "ticket-close"):
        address = reverse(f"portal:{name}", args=[ticket.public_id])
        assert stranger.post(address, {"text": "evil"}).status_code == 404
    assert ticket.messages.count() == 1
