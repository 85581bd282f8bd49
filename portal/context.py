"""What every page of the portal is given besides its own data."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common import clock

from .navigation import sections


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the open page's family, and the time zone in which times are shown."""
    match = request.resolver_match
    url_name = match.url_name if match and match.namespace == "portal" else ""
    return {
        "navigation": sections,
        "family": (url_name or "").split("-")[0],
        "time_zone": settings.SMS_TIME_ZONE,
        "time_zone_offset": _offset,
        "is_demo": settings.SMS_DEMO,
    }


def _offset() -> str:
    """Write the zone's present distance from UTC as `GMT+08:00`."""
    written = f"{datetime.now(clock.platform_zone()):%z}"
    return f"GMT{written[:3]}:{written[3:]}"
