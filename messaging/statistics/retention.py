"""Figures outlive the messages they counted, but not for ever (ruling 29)."""

from datetime import timedelta

from django.conf import settings

from common.clock import now
from messaging.models import HourlyFigure


def drop_expired() -> int:
    """Delete hourly figures older than `SMS_STATISTICS_DAYS`; return how many rows."""
    limit = now() - timedelta(days=settings.SMS_STATISTICS_DAYS)
    return HourlyFigure.objects.filter(hour__lt=limit)._raw_delete("default")
