"""What every page of the portal is given besides its own data."""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common import clock
from customers.models import User
from customers.services.notices import count_unread

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
        "unread_notices": partial(_unread_notices, request),
    }


def _unread_notices(request: HttpRequest) -> int:
    """How many notices the member has not opened; asked only where a page shows it."""
    membership = getattr(request, "membership", None)
    if membership is None or not isinstance(request.user, User):
        return 0
    return count_unread(customer=membership.customer, user=request.user)


def _offset() -> str:
    """Write the zone's present distance from UTC as `GMT+08:00`."""
    written = f"{datetime.now(clock.platform_zone()):%z}"
    return f"GMT{written[:3]}:{written[3:]}"
