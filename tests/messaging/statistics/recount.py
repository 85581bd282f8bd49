"""A recount that shares no statement with the statistics: message by message, in Python."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import phonenumbers
from django.utils import timezone
from phonenumbers import carrier as carriers
from phonenumbers import geocoder

from messaging.models import DailyFigure, HourlyFigure, Message, Part
from messaging.statistics.places import CARRIERS, REGIONS, carrier_of, region_of

Key = tuple[Any, ...]


def recounted() -> Counter[Key]:
    """How many messages the figures should count, by everything figures are kept by."""
    found: Counter[Key] = Counter()
    channels = dict(Part.objects.filter(sequence=1).values_list("message_id", "channel_id"))
    for message in Message.objects.select_related("request"):
        request = message.request
        shared = (
            _hour(request.created_at),
            request.customer_id,
            request.application_id,
            request.signature_id or 0,
            request.template_version_id,
            request.type,
            request.source,
            request.sender,
            *_place(message.recipient),
        )
        found[(*shared, 0, 0, "")] += 1
        if message.is_final:
            found[(*shared, channels.get(message.id, 0), _source(message), message.code)] += 1
    return found


def kept() -> Counter[Key]:
    """What the hourly rows say, without what is not folded yet."""
    return _counts((row.hour, row) for row in HourlyFigure.objects.all())


def kept_by_day() -> Counter[Key]:
    """The same of the daily rows."""
    return _counts((row.day, row) for row in DailyFigure.objects.all())


def by_day(counts: Counter[Key]) -> Counter[Key]:
    """Counts by the hour put together by the day."""
    found: Counter[Key] = Counter()
    for (hour, *key), messages in counts.items():
        found[(hour.replace(hour=0), *key)] += messages
    return found


def _counts(rows: Iterable[tuple[datetime, HourlyFigure | DailyFigure]]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for at, row in rows:
        key = (
            timezone.localtime(at),
            row.customer_id,
            row.application_id,
            row.signature_id,
            row.template_version_id,
            row.type,
            row.source,
            row.sender,
            str(CARRIERS[carrier_of(row.place)]),
            str(REGIONS[region_of(row.place)]),
            row.channel_id,
            row.reported_by,
            row.code,
        )
        found[key] += row.messages
        if row.code == "DELIVRD":
            assert sum(row.latency or []) == sum(row.transit or []) == row.messages
        else:
            assert row.latency is row.transit is None
    return found


def _hour(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)


def _place(recipient: str) -> tuple[str, str]:
    number = phonenumbers.parse(recipient)
    if number.country_code != 86:
        return "Unknown", "Unknown"
    city = geocoder.description_for_number(number, "en").rpartition(", ")[2]
    region = city if city in {str(name) for name in REGIONS.values()} else "Unknown"
    return carriers.name_for_number(number, "en") or "Unknown", region


def _source(message: Message) -> int:
    if message.state == Message.State.EXPIRED:
        return 1
    return 2 if message.submitted_at else 3
