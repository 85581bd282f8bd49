"""Tickets as operations answer them: with files, which the customer can read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import AuditEvent, Ticket, TicketFile
from customers.services.tickets import open_ticket
from tests.factories import MembershipFactory
from tests.portal.conftest import visitor
from tests.reviews.papers import png

pytestmark = pytest.mark.django_db

ANSWER = {"text": "It is fixed, see the picture."}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def ticket() -> Ticket:
    owner = MembershipFactory()
    return open_ticket(
        customer=owner.customer, kind="channel", subject="Slow", text="Why?", actor=owner.user
    )


def picture(name: str = "fixed.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if content is None else content)


def act(ticket: Ticket) -> str:
    return reverse("admin:customers_ticket_act", args=[ticket.pk, "answer"])


def test_an_answer_brings_its_files_to_the_customer(administration, ticket: Ticket):
    form = administration.get(act(ticket)).content.decode()
    assert 'enctype="multipart/form-data"' in form
    assert 'type="file"' in form
    files = [picture(), picture("second.png")]
    answered = administration.post(act(ticket), ANSWER | {"attachments": files})
    assert answered.status_code == 302
    message = ticket.messages.get(is_from_operations=True)
    assert [file.file_name for file in message.files.all()] == ["fixed.png", "second.png"]
    page = administration.get(answered.url).content.decode()
    file = message.files.first()
    assert reverse("admin:ticket_file", args=[file.public_id]) in page
    member = visitor(ticket.customer, "viewer")
    shown = member.get(reverse("portal:ticket-detail", args=[ticket.public_id])).content.decode()
    assert "fixed.png" in shown
    address = reverse("portal:ticket-file", args=[file.public_id])
    assert member.get(address).content == png()
    viewed = AuditEvent.objects.get(verb="view", object_type="ticket_file")
    assert viewed.object_id == str(file.public_id)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("page.png", b"<html><script>")], "cannot be taken"),
        ([("a b.png", None)], "does not fit"),
        ([("x.png", b"")], "empty"),
        ([(f"{number}.png", None) for number in range(6)], "at most 5"),
    ],
)
def test_files_that_customers_may_not_send_are_not_for_operations_either(
    administration, ticket: Ticket, files, words
):
    sent = ANSWER | {"attachments": [picture(name, content) for name, content in files]}
    refused = administration.post(act(ticket), sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert words in page.lower()
    assert ANSWER["text"] in page
    assert not TicketFile.objects.exists()
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN


def test_an_answer_needs_no_file(administration, ticket: Ticket):
    assert administration.post(act(ticket), ANSWER | {"closes": "on"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.is_closed
