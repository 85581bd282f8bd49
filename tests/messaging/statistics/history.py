"""Days of traffic as folding leaves them: for pages that need something to show."""

from datetime import timedelta

from django.db import connection

from common.clock import now
from messaging.models import HourlyFigure, SendRequest
from messaging.statistics.days import make_days
from messaging.statistics.latency import STEPS
from tests.messaging.road import Road

OUTCOMES = {"DELIVRD": 88, "MK:0001": 4, "UNDELIV": 2, "SGIP:29": 1, "REJECTD": 2}
"""Of a hundred messages; the rest has no report yet."""
PLACES = {51: 5, 83: 3, 47: 2, 33: 1}
"""Guangdong and Beijing with China Mobile, Guangdong with Unicom, Shandong: with their weights."""


def write_history(road: Road, *, days: int) -> None:
    """Every hour of the last days, with a daily rhythm; nothing of the present hour."""
    end = now().replace(minute=0, second=0, microsecond=0)
    rows = []
    for hours_ago in range(1, days * 24):
        hour = end - timedelta(hours=hours_ago)
        rhythm = 1 + (hour.hour * 5 + hour.day) % 11
        for place, weight in PLACES.items():
            sent = 100 * rhythm * weight
            rows.append(_row(road, hour, place, "", sent, 0))
            for code, share in OUTCOMES.items():
                rows.append(_row(road, hour, place, code, sent * share // 100, rhythm))
    HourlyFigure.objects.bulk_create(rows)
    make_days(connection)


def _row(road: Road, hour, place: int, code: str, messages: int, rhythm: int) -> HourlyFigure:
    signature = road.template.signature
    steps = None
    if code == "DELIVRD":
        steps = [0] * STEPS
        steps[8 + rhythm % 3] = messages - messages // 10
        steps[14] = messages // 10
    return HourlyFigure(
        hour=hour,
        customer_id=road.application.customer_id,
        application_id=road.application.pk,
        signature_id=signature.pk,
        template_version_id=road.template.version_id,
        type=road.template.type,
        source=SendRequest.Source.API,
        sender=signature.channel_number,
        place=place,
        channel_id=road.channel.pk if code else 0,
        reported_by=2 if code else 0,
        code=code,
        messages=messages,
        parts=messages,
        latency=steps,
        transit=steps,
    )
