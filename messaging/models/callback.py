from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class CallbackTarget(models.Model):
    """An address a customer gave for status reports; shared by all requests that name it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="callback_targets")
    url = models.CharField(_("address"), max_length=255)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("callback address")
        verbose_name_plural = _("callback addresses")
        constraints = [
            models.UniqueConstraint(fields=["customer", "url"], name="callback_target_once")
        ]

    def __str__(self) -> str:
        return self.url


class Callback(models.Model):
    """A status report owed to a customer's address: the outbox.

    Written in the transaction that makes the report, due at once; the payload is derived from
    message and part when it is sent. `next_attempt_at` is also the lease: a worker that takes a
    row moves it forward, so a worker that dies gives it back by doing nothing.
    """

    class State(models.IntegerChoices):
        DUE = 0, _("Due")
        DELIVERED = 1, _("Delivered")
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
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempted_at = models.DateTimeField(_("last attempt"), null=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    error = models.CharField(_("error"), max_length=64, blank=True, db_default="")

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")

    def __str__(self) -> str:
        return f"{self.message_id}/{self.sequence}"
