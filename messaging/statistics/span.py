"""Which days one selection of figures may be about (spec console §10, ruling 29)."""

from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from common.errors import Refusal

MOST_DAYS = 31


def check_days(first: date, last: date) -> None:
    """Refuse days out of order, more than 31, days to come and days whose figures are gone."""
    today, kept = local_day(now()), settings.SMS_STATISTICS_DAYS
    if last < first:
        raise Refusal(
            "days_order",
            _("The end lies before the beginning. Exchange the two days."),
            field="last",
        )
    if (last - first).days >= MOST_DAYS:
        raise Refusal("days_too_many", _("Choose at most 31 days in a row."), field="last")
    if last > today:
        raise Refusal(
            "days_to_come",
            _("This day has not come yet. Choose today or an earlier day."),
            field="last",
        )
    if first < today - timedelta(days=kept):
        raise Refusal(
            "days_gone",
            _("Statistics are kept for %(days)d days. Choose later days."),
            field="first",
            params={"days": kept},
        )
