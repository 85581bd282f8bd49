import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField

from .customer import Customer


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def for_customer(self, customer: Customer) -> "WebhookQuerySet":
        return self.filter(customer=customer)


class Webhook(models.Model):
    """An address of a customer that is told of review decisions as they are made."""

    class Kind(models.TextChoices):
        QUALIFICATION = "qualification", _("Decisions about qualifications")
        SIGNATURE = "signature", _("Decisions about signatures")
        TEMPLATE = "template", _("Decisions about templates")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="webhooks")
    url = models.CharField(_("address"), max_length=255)
    secret = EncryptedTextField()
    kinds = models.JSONField(_("told of"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "url"],
                name="webhook_address_once",
                violation_error_message=_("Another webhook calls this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def kind_labels(self) -> list[str]:
        return [str(kind.label) for kind in self.Kind if kind in self.kinds]


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def for_customer(self, customer: Customer) -> "WebhookEventQuerySet":
        return self.filter(webhook__customer=customer)


class WebhookEvent(models.Model):
    """Something a webhook has to be told: the outbox, written in the decision's transaction.

    `next_attempt_at` is also the lease: a worker that takes a row moves it forward.
    """

    class State(models.TextChoices):
        DUE = "due", _("Due")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="events")
    type = models.CharField(_("event"), max_length=48)
    body = models.TextField()
    """The JSON text as it is sent: every attempt sends the same bytes."""
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    step = models.PositiveSmallIntegerField(default=0)
    """Attempts since it was owed or last sent again by hand: the rung of the ladder."""
    next_attempt_at = models.DateTimeField(_("next attempt"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = WebhookEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state="due"),
                name="webhook_event_due",
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_event_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.public_id}"


class WebhookAttempt(models.Model):
    """What came of one attempt to deliver an event."""

    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField(_("attempt"))
    at = models.DateTimeField(_("sent"))
    http_status = models.PositiveSmallIntegerField(null=True)
    elapsed_ms = models.PositiveIntegerField()
    error = models.CharField(_("error"), max_length=16, blank=True)
    answer = models.TextField(blank=True)
    """The start of what the receiver answered."""

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="webhook_attempt_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id}/{self.number}"

    @property
    def is_acknowledged(self) -> bool:
        return self.http_status is not None and 200 <= self.http_status < 300
