from datetime import time

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .submission import Submission


class WorkdayOverride(models.Model):
    """A day on which reviewers work, or do not, whatever the published calendar says."""

    day = models.DateField(_("day"), unique=True)
    is_worked = models.BooleanField(_("worked"))
    note = models.CharField(_("note"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("workday override")
        verbose_name_plural = _("workday overrides")
        ordering = ["-day"]

    def __str__(self) -> str:
        worked = _("worked") if self.is_worked else _("not worked")
        return f"{self.day} {worked}"


class SlaRule(models.Model):
    """How long the review of a kind of case may take, where it differs from the default.

    The most special rule counts: that of the customer's country before that for every country.
    """

    class Unit(models.TextChoices):
        HOURS = "hours", _("working hours")
        WORKDAYS = "workdays", _("workdays")

    kind = models.CharField(_("object type"), max_length=16, choices=Submission.Kind)
    country = models.CharField(
        _("country or region"),
        max_length=2,
        blank=True,
        help_text=_("Two letters, such as CN; empty for every country."),
    )
    amount = models.PositiveSmallIntegerField(_("time"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.HOURS)
    opens = models.TimeField(_("work begins"), default=time(9))
    closes = models.TimeField(_("work ends"), default=time(18))
    is_strict = models.BooleanField(
        _("strict"),
        default=False,
        help_text=_("Count hours on the clock from their start, not as working time."),
    )
    note = models.CharField(_("note"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("review time")
        verbose_name_plural = _("review times")
        ordering = ["kind", "country"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "country"], name="sla_rule_once"),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")),
                name="sla_window_opens_before_it_closes",
                violation_error_message=_("Work must begin before it ends."),
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=1), name="sla_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.country}: {self.amount} {self.get_unit_display()}"
