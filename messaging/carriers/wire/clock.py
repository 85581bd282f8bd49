"""The carrier's times: minutes of its own wall clock."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

PLAUSIBLE = timedelta(days=8)
"""Receipts come within 48 hours, a week at most; other times are a carrier's fancy."""

_FORMATS = {10: "%y%m%d%H%M", 12: "%y%m%d%H%M%S", 14: "%Y%m%d%H%M%S"}


def reported_at(stamp: str, *, utc_offset_h: float) -> datetime:
    """When a carrier says it was; now where it says nothing plausible.

    `stamp` is YYMMDDhhmm, with seconds or with the century, too.
    """
    moment = datetime.now(UTC)
    told = _parse(stamp, utc_offset_h)
    if told is None or not -PLAUSIBLE < told - moment < timedelta(hours=1):
        return moment
    return min(told, moment)


def stamp(moment: datetime, *, utc_offset_h: float) -> str:
    """The same moment as YYMMDDhhmm of a carrier's clock."""
    return moment.astimezone(_zone(utc_offset_h)).strftime(_FORMATS[10])


@lru_cache(maxsize=1024)
def _parse(stamp: str, utc_offset_h: float) -> datetime | None:
    pattern = _FORMATS.get(len(stamp))
    if pattern is None or not stamp.isdigit():
        return None
    try:
        return datetime.strptime(stamp, pattern).replace(tzinfo=_zone(utc_offset_h)).astimezone(UTC)
    except ValueError:
        return None


@lru_cache(maxsize=16)
def _zone(utc_offset_h: float) -> timezone:
    return timezone(timedelta(hours=utc_offset_h))
