import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Customer


class TicketQuerySet(models.QuerySet["Ticket"]):
    def for_customer(self, customer: Customer) -> "TicketQuerySet":
        return self.filter(customer=customer)


class Ticket(models.Model):
    """A conversation of a customer with operations about something no other page does."""

    class Kind(models.TextChoices):
        CHANNEL = "channel", _("Channel or delivery")
        COMPLAINT = "complaint", _("Complaint")
        ACCOUNT = "account", _("Account and contract")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for operations")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tickets")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    subject = models.CharField(_("subject"), max_length=100)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-updated_at", "-id"]
        permissions = [("answer_ticket", "Can answer tickets")]
        indexes = [models.Index(fields=["state", "updated_at"], name="ticket_by_state")]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class TicketMessage(models.Model):
    """One message of a ticket, from the customer or from operations."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_from_operations = models.BooleanField(default=False)
    text = models.TextField(_("text of the message"), max_length=2000)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("ticket message")
        verbose_name_plural = _("ticket messages")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"


class TicketFileQuerySet(models.QuerySet["TicketFile"]):
    def for_customer(self, customer: Customer) -> "TicketFileQuerySet":
        return self.filter(message__ticket__customer=customer)


class TicketFile(models.Model):
    """A file with a message: checked by its content, encrypted at rest, every view logged."""

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(TicketMessage, models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to="tickets/%Y/%m/", editable=False)
    """Ciphertext; `customers.services.tickets.open_file` gives the content."""
    file_name = models.CharField(_("file name"), max_length=64)
    content_type = models.CharField(_("content type"), max_length=32)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = TicketFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket file")
        verbose_name_plural = _("ticket files")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
