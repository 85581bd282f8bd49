from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

_LONG_AGO = date(2020, 1, 1)


class TrafficThresholdQuerySet(models.QuerySet["TrafficThreshold"]):
    def for_customer(self, customer: Customer) -> "TrafficThresholdQuerySet":
        return self.filter(customer=customer)


class TrafficThreshold(models.Model):
    """How many messages a customer may send in a day and a month, and has sent in the present ones.

    Use and limits stand in one row, so that one conditional update is the whole check
    (policy/thresholds.py). `…_alarmed` and `…_stopped` are the values of which the contacts were
    told in the present period: they are told again only of a higher one (spec console §13.3).
    """

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="traffic_threshold"
    )
    is_enforced = models.BooleanField(
        _("enforced"),
        default=True,
        help_text=_("Without it nothing is counted, and nothing is refused."),
    )
    daily_alarm = models.PositiveIntegerField(_("daily alarm"))
    daily_limit = models.PositiveIntegerField(_("daily limit"))
    monthly_alarm = models.PositiveIntegerField(_("monthly alarm"))
    monthly_limit = models.PositiveIntegerField(_("monthly limit"))
    daily_ceiling = models.PositiveIntegerField(
        _("highest daily limit"),
        null=True,
        blank=True,
        help_text=_("What the customer may choose at most; empty for the platform's value."),
    )
    monthly_ceiling = models.PositiveIntegerField(
        _("highest monthly limit"),
        null=True,
        blank=True,
        help_text=_("What the customer may choose at most; empty for the platform's value."),
    )
    day = models.DateField(default=_LONG_AGO, editable=False)
    day_used = models.PositiveIntegerField(default=0, editable=False)
    day_alarmed = models.PositiveIntegerField(null=True, editable=False)
    day_stopped = models.PositiveIntegerField(null=True, editable=False)
    month = models.DateField(default=_LONG_AGO, editable=False)
    """The first day of the month that `month_used` counts."""
    month_used = models.PositiveIntegerField(default=0, editable=False)
    month_alarmed = models.PositiveIntegerField(null=True, editable=False)
    month_stopped = models.PositiveIntegerField(null=True, editable=False)

    objects = TrafficThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("traffic threshold")
        verbose_name_plural = _("traffic thresholds")
        constraints = [
            models.CheckConstraint(
                condition=Q(daily_alarm__gt=0, daily_limit__gt=F("daily_alarm")),
                name="threshold_daily_order",
                violation_error_message=_("The daily limit must be higher than the daily alarm."),
            ),
            models.CheckConstraint(
                condition=Q(monthly_alarm__gt=0, monthly_limit__gt=F("monthly_alarm")),
                name="threshold_monthly_order",
                violation_error_message=_(
                    "The monthly limit must be higher than the monthly alarm."
                ),
            ),
            models.CheckConstraint(
                condition=Q(monthly_limit__gt=F("daily_limit")),
                name="threshold_month_above_day",
                violation_error_message=_("The monthly limit must be higher than the daily limit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.daily_limit} / {self.monthly_limit}"
