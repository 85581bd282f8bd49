"""Tickets: conversations of customers with operations, with files (spec console §15.2)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.crypto import decrypt_bytes, encrypt_bytes
from common.errors import Refusal
from customers.models import Customer, Notice, Ticket, TicketFile, TicketMessage, User
from customers.services import audit
from customers.services.notices import announce

LONGEST_SUBJECT = 100
LONGEST_TEXT = 2000
MOST_FILES = 5
MOST_PER_DAY = 20
"""New tickets of a customer in 24 hours."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file whose content was looked at: what it is, not what its name says."""

    name: str
    content_type: str
    content: bytes


@transaction.atomic
def open_ticket(
    *,
    customer: Customer,
    kind: str,
    subject: str,
    text: str,
    files: Sequence[CheckedFile] = (),
    actor: User,
    ip_address: str | None = None,
) -> Ticket:
    """Ask operations something. Open to frozen customers, too: this is how they are released.

    Refuses an unknown kind, an empty or too long subject or text, more than five files, and the
    21st ticket within 24 hours.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if kind not in Ticket.Kind:
        raise Refusal("ticket_kind", _("Choose what it is about."), field="kind")
    since = now() - timedelta(days=1)
    if customer.tickets.filter(created_at__gt=since).count() >= MOST_PER_DAY:
        raise Refusal(
            "ticket_limit",
            _("%(most)s tickets were opened within 24 hours. Write on in one of them."),
            params={"most": MOST_PER_DAY},
            permanent=False,
        )
    ticket = Ticket.objects.create(
        customer=customer,
        kind=kind,
        subject=_checked(subject, LONGEST_SUBJECT, "subject"),
        created_by=actor,
    )
    _add(ticket, actor, text, files, is_from_operations=False)
    _record("create", ticket, actor, ip_address)
    return ticket


@transaction.atomic
def write(
    *,
    ticket: Ticket,
    text: str,
    files: Sequence[CheckedFile] = (),
    actor: User,
    ip_address: str | None = None,
) -> TicketMessage:
    """Add a customer's message; the ticket waits for operations again, also a closed one.

    Refuses as `open_ticket` does.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    message = _add(ticket, actor, text, files, is_from_operations=False)
    _move(ticket, Ticket.State.OPEN)
    _record("update", ticket, actor, ip_address)
    return message


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    text: str,
    files: Sequence[CheckedFile] = (),
    closes: bool = False,
    actor: User,
    ip_address: str | None = None,
) -> TicketMessage:
    """Answer as operations and tell the customer's owners.

    Refuses an empty or too long text, and more than five files.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    message = _add(ticket, actor, text, files, is_from_operations=True)
    _move(ticket, Ticket.State.CLOSED if closes else Ticket.State.ANSWERED)
    _record("answer", ticket, actor, ip_address)
    announce(
        customer=ticket.customer,
        event=Notice.Event.TICKET_ANSWERED,
        object_type="ticket",
        object_id=ticket.public_id,
        params={"name": ticket.subject},
    )
    return message


@transaction.atomic
def close(*, ticket: Ticket, actor: User, ip_address: str | None = None) -> None:
    """End a conversation; a new message of the customer opens it again."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if not ticket.is_closed:
        _move(ticket, Ticket.State.CLOSED)
        _record("close", ticket, actor, ip_address)


def open_file(*, file: TicketFile, viewer: User, ip_address: str | None = None) -> bytes:
    """Return a file's content in clear and log who looked. The page says whether they may."""
    with file.file.open("rb") as stored:
        content = decrypt_bytes(stored.read())
    ticket = file.message.ticket
    audit.record(
        verb="view",
        object_type="ticket_file",
        object_id=str(file.public_id),
        object_name=file.file_name,
        actor=viewer,
        customer=ticket.customer,
        ip_address=ip_address,
    )
    return content


def _add(
    ticket: Ticket,
    author: User,
    text: str,
    files: Sequence[CheckedFile],
    *,
    is_from_operations: bool,
) -> TicketMessage:
    if len(files) > MOST_FILES:
        raise Refusal(
            "ticket_files",
            _("%(count)s files are too many: at most %(most)s with one message."),
            field="attachments",
            params={"count": len(files), "most": MOST_FILES},
        )
    message = TicketMessage.objects.create(
        ticket=ticket,
        author=author,
        is_from_operations=is_from_operations,
        text=_checked(text, LONGEST_TEXT, "text"),
    )
    for each in files:
        stored = TicketFile(
            message=message,
            file_name=each.name,
            content_type=each.content_type,
            size=len(each.content),
            sha256=hashlib.sha256(each.content).hexdigest(),
        )
        stored.file.save(f"{stored.public_id}.bin", ContentFile(encrypt_bytes(each.content)))
    return message


def _move(ticket: Ticket, state: str) -> None:
    ticket.state = state
    ticket.save(update_fields=["state", "updated_at"])


def _checked(text: str, longest: int, field: str) -> str:
    text = text.strip()
    if not text or "\0" in text:
        raise Refusal("ticket_empty", _("Write what you want to say."), field=field)
    if len(text) > longest:
        raise Refusal(
            "ticket_length",
            _("There are %(length)s characters; at most %(longest)s are possible."),
            field=field,
            params={"length": len(text), "longest": longest},
        )
    return text


def _record(verb: str, ticket: Ticket, actor: User, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="ticket",
        object_id=str(ticket.public_id),
        object_name=ticket.subject,
        actor=actor,
        customer=ticket.customer,
        ip_address=ip_address,
        after={"state": ticket.state},
    )
