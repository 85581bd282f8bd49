"""The platform's clock: UTC instants, local days, and the stamps that go over the wire."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_DAY_ZERO = date(2020, 1, 1)
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def platform_zone() -> ZoneInfo:
    """Return the zone in which days and months begin: setting `SMS_TIME_ZONE` (ruling 13)."""
    return ZoneInfo(settings.SMS_TIME_ZONE)


def local_day(instant: datetime) -> date:
    """Return the day of the platform's zone in which an aware instant falls."""
    return _aware(instant).astimezone(platform_zone()).date()


def utc_stamp(instant: datetime) -> str:
    """Write an aware instant as the APIs do: `2024-05-01T02:03:05Z` (data-plane.md §1.4)."""
    return _aware(instant).astimezone(UTC).strftime(_STAMP)


def day_index(day: date) -> int:
    """Return the number of days from 2020-01-01 to a day, as message ids carry it."""
    return (day - _DAY_ZERO).days


def date_of_index(index: int) -> date:
    """Return the day of a `day_index`."""
    return _DAY_ZERO + timedelta(days=index)


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone; this one has none.")
    return instant
