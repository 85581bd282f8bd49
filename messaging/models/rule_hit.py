from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .ids import first_id

MATCHED_LENGTH = 64


class RuleHitQuerySet(models.QuerySet["RuleHit"]):
    def for_customer(self, customer: Customer) -> "RuleHitQuerySet":
        return self.filter(customer_id=customer.pk)

    def on_day(self, day: date) -> "RuleHitQuerySet":
        """Those of messages accepted on a day of the platform's zone: one partition."""
        return self.filter(
            message_id__gte=first_id(day), message_id__lt=first_id(day + timedelta(days=1))
        )

    def counted(self) -> "models.QuerySet[Any, Any]":
        """How many messages each rule stopped, `kind`, `rule_id` and `count`, the most first."""
        counts = self.order_by().values("kind", "rule_id").annotate(count=Count("*"))
        return counts.order_by("-count", "kind", "rule_id")


class RuleHit(models.Model):
    """That a rule stopped a message: which one, in which version, and what it found.

    Written with the message; messages that nothing stops have none.
    """

    class Kind(models.TextChoices):
        ROUTE = "route", _("Channel number and signature")
        COUNTRY = "country", _("Country or region")
        THRESHOLD = "threshold", _("Traffic thresholds")
        BLOCKLIST = "blocklist", _("Blocklists of the platform")
        NUMBER_CONTROL = "number_control", _("Number control")
        OPT_OUT = "opt_out", _("Unsubscribed numbers")
        SEND_WINDOW = "send_window", _("Sending hours")
        KEYWORD = "keyword", _("Keywords")
        FREQUENCY = "frequency", _("Sending frequency")
        GUARD = "guard", _("Protection against bombing")

    message_id = models.BigIntegerField(primary_key=True)
    customer_id = models.BigIntegerField()
    kind = models.CharField(_("rule"), max_length=16, choices=Kind)
    rule_id = models.BigIntegerField()
    """The row of the rule; 0 for a rule of the settings, which `matched` quotes then."""
    rule_version = models.PositiveIntegerField()
    matched = models.CharField(_("found"), max_length=MATCHED_LENGTH, blank=True)
    """Numbers of phones masked; of texts the listed word alone."""

    objects = RuleHitQuerySet.as_manager()

    class Meta:
        verbose_name = _("stopped message")
        verbose_name_plural = _("stopped messages")

    def __str__(self) -> str:
        return f"{self.kind} {self.rule_id}: {self.message_id}"


class RuleVersion(models.Model):
    """How often a rule was changed; without a row it is as it was made, version 1.

    Grown by triggers on the tables of rules, so that no way of changing one is forgotten.
    """

    pk = models.CompositePrimaryKey("kind", "rule_id")
    kind = models.CharField(max_length=16, choices=RuleHit.Kind)
    rule_id = models.BigIntegerField()
    version = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")

    def __str__(self) -> str:
        return f"{self.kind} {self.rule_id}: {self.version}"
