from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .application import Application
from .customer import Customer


class Penalty(models.Model):
    """A violation that was found, and what was done about it (spec console §15.4)."""

    class Violation(models.IntegerChoices):
        NO_SIGNATURE = 1, _("Message without signature, or with one that was not filed")
        MARKETING_HOURS = 2, _("Marketing not filed, or sent between 22:00 and 08:00")
        NO_OPT_OUT = 3, _("Marketing without a clear opt-out")
        NO_CONSENT = 4, _("Recipients did not consent")
        OTHER_CONTENT = 5, _("Content differs from what was filed")
        WRONG_CHANNEL = 6, _("Marketing on the industry channel")
        COMPLAINTS = 7, _("Valid complaints reached 0.25 per million in a month")
        FORBIDDEN = 8, _("Content that is expressly forbidden")
        MANY_COMPLAINTS = 9, _("Valid complaints reached 0.4 per million in a month")

    class Level(models.TextChoices):
        GENERAL = "general", _("Ordinary")
        SEVERE = "severe", _("Severe")
        CRITICAL = "critical", _("Critical")

    class Action(models.TextChoices):
        REMINDER = "reminder", _("Reminder to rectify")
        SUSPENSION = "suspension", _("Business suspended until rectified")
        CLOSURE = "closure", _("Business closed")

    LEVELS: ClassVar[dict[int, str]] = {
        Violation.NO_SIGNATURE: Level.GENERAL,
        Violation.MARKETING_HOURS: Level.GENERAL,
        Violation.NO_OPT_OUT: Level.GENERAL,
        Violation.NO_CONSENT: Level.SEVERE,
        Violation.OTHER_CONTENT: Level.SEVERE,
        Violation.WRONG_CHANNEL: Level.SEVERE,
        Violation.COMPLAINTS: Level.SEVERE,
        Violation.FORBIDDEN: Level.CRITICAL,
        Violation.MANY_COMPLAINTS: Level.CRITICAL,
    }

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="penalties")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="penalties"
    )
    violation = models.PositiveSmallIntegerField(_("violation"), choices=Violation)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    action = models.CharField(_("action"), max_length=10, choices=Action)
    comment = models.TextField(_("what was found"), max_length=1000)
    reminder = models.PositiveSmallIntegerField(_("reminder in a row"), default=0)
    """1, 2, 3 for reminders that follow each other without being followed; 0 for the rest."""
    rectified_at = models.DateTimeField(_("rectified"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_violation_display()}"
