from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer


class CallbackTarget(models.Model):
    """An address a customer gave for status reports or replies; shared by all that goes there.

    Its circuit breaker stands here, so that all workers share it (services/circuit.py).
    """

    class Kind(models.IntegerChoices):
        SINGLE = 1, _("One report a push")
        BATCH = 2, _("Up to 50 reports a push")
        UPLINK = 3, _("Replies, one a push")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="callback_targets")
    url = models.CharField(_("address"), max_length=255)
    kind = models.PositiveSmallIntegerField(
        _("kind"), choices=Kind, default=Kind.SINGLE, db_default=Kind.SINGLE
    )
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, db_default=0)
    trips = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often the circuit opened since it was last closed."""
    open_until = models.DateTimeField(_("not called until"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("callback address")
        verbose_name_plural = _("callback addresses")
        indexes = [
            models.Index(
                fields=["id"],
                name="callback_target_open",
                condition=models.Q(open_until__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "url", "kind"], name="callback_target_once")
        ]

    def __str__(self) -> str:
        return self.url


class Callback(models.Model):
    """A status report or a reply owed to a customer's address: the outbox.

    Written in the transaction that makes the report, due at once; the payload is derived from
    message and part when it is sent. Of a reply, `message_id` is its id and `sequence` 1.
    `next_attempt_at` is also the lease: a worker that takes a row moves it forward, so a worker
    that dies gives it back by doing nothing.
    """

    class State(models.IntegerChoices):
        DUE = 0, _("Due")
        DELIVERED = 1, _("Pushed")
        GIVEN_UP = 2, _("Given up")

    pk = models.CompositePrimaryKey("message_id", "sequence")
    message_id = models.BigIntegerField()
    sequence = models.PositiveSmallIntegerField()
    target = models.ForeignKey(
        CallbackTarget, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    state = models.PositiveSmallIntegerField(
        _("status"), choices=State, default=State.DUE, db_default=State.DUE
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    attempts_before = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Attempts made before the last replay; the ladder begins anew after them."""
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempted_at = models.DateTimeField(_("last attempt"), null=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    error = models.CharField(_("error"), max_length=64, blank=True, db_default="")

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")

    def __str__(self) -> str:
        return f"{self.message_id}/{self.sequence}"


class CallbackAttempt(models.Model):
    """One call of an address for a report, and what the receiver answered: the callback log."""

    pk = models.CompositePrimaryKey("message_id", "sequence", "number")
    message_id = models.BigIntegerField()
    sequence = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(_("attempt"))
    at = models.DateTimeField(_("sent"))
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    elapsed_ms = models.PositiveIntegerField(_("milliseconds"))
    error = models.CharField(_("error"), max_length=64, blank=True, db_default="")
    answer = models.TextField(_("answer"), blank=True, db_default="")
    """The first kilobyte of it."""

    class Meta:
        verbose_name = _("callback attempt")
        verbose_name_plural = _("callback attempts")

    def __str__(self) -> str:
        return f"{self.message_id}/{self.sequence}/{self.number}"


class ReportEvent(models.Model):
    """A status report of an application, in the order reports became known: the pull API's list.

    `recorded_in` is the transaction that made the report. A reader that stops before the oldest
    transaction still running misses nothing, whatever commits later.
    """

    pk = models.CompositePrimaryKey("application", "recorded_in", "message_id", "sequence")
    application = models.ForeignKey(
        Application, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    recorded_in = models.BigIntegerField()
    message_id = models.BigIntegerField()
    sequence = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("report event")
        verbose_name_plural = _("report events")

    def __str__(self) -> str:
        return f"{self.message_id}/{self.sequence}"
