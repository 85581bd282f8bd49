"""The hours in which promotions may be sent (ruling 16)."""

from datetime import datetime, time

from django.conf import settings

from common.clock import platform_zone
from messaging.models import RuleHit
from reviews.models.kinds import MessageType

from .hits import Hit

BLOCKED = "SC:0011"
"""The status of a promotion outside these hours."""

_END_OF_DAY = "24:00"


def hours() -> tuple[str, str]:
    """When the window opens and closes, as `HH:MM` in the platform's zone."""
    opens, closes = settings.SMS_PROMOTION_WINDOW
    return opens, closes


def has_hours(message_type: str) -> bool:
    """Whether messages of a type are bound to the window."""
    return message_type == MessageType.PROMOTION


def is_open(moment: datetime, message_type: str) -> bool:
    """Whether a message of a type may be sent at an instant."""
    if not has_hours(message_type):
        return True
    return is_within(moment, *hours())


def is_within(moment: datetime, opens: str, closes: str) -> bool:
    """Whether an instant lies between two times of the platform's zone, written `HH:MM`."""
    local = moment.astimezone(platform_zone()).time()
    is_before_close = closes == _END_OF_DAY or local < time.fromisoformat(closes)
    return time.fromisoformat(opens) <= local and is_before_close


def hits(moment: datetime, message_type: str, count: int) -> list[Hit]:
    """All `count` messages outside the hours, none inside them."""
    if is_open(moment, message_type):
        return []
    found = "-".join(hours())
    return [
        Hit(position, BLOCKED, RuleHit.Kind.SEND_WINDOW.value, 0, found)
        for position in range(count)
    ]
