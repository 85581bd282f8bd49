"""Figures outlive the messages they counted, but not for ever (ruling 29)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from common.clock import local_day, now
from messaging.models import DailyFigure, HourlyFigure

from .filters import midnight


@transaction.atomic
def drop_expired() -> int:
    """Delete the figures of days older than `SMS_STATISTICS_DAYS`; return how many rows.

    Whole days go, so that what is left of a day is always the sum of its hours.
    """
    limit = midnight(local_day(now()) - timedelta(days=settings.SMS_STATISTICS_DAYS))
    hours = HourlyFigure.objects.filter(hour__lt=limit)._raw_delete("default")
    return hours + DailyFigure.objects.filter(day__lt=limit)._raw_delete("default")
