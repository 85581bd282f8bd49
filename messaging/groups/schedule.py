"""When a group task may start (spec console §9.2 row 7, rulings 16 and 28)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from messaging.policy import send_window


def refuse_bad_time(moment: datetime, *, now: datetime, message_type: str) -> None:
    """Raise `Refusal` (field ``scheduled_at``) unless a task of that type may start at `moment`."""
    if moment < now:
        raise Refusal(
            "group_time_past",
            _("The time has passed already. Choose a later one, or send at once."),
            field="scheduled_at",
        )
    if moment > now + timedelta(days=settings.SMS_GROUP_MAX_AHEAD_DAYS):
        raise Refusal(
            "group_time_far",
            _("A task can be planned at most %(days)d days ahead. Choose an earlier time."),
            field="scheduled_at",
            params={"days": settings.SMS_GROUP_MAX_AHEAD_DAYS},
        )
    refuse_outside_window(moment, message_type=message_type)


def refuse_outside_window(moment: datetime, *, message_type: str) -> None:
    """Raise `Refusal` when a promotion would start at an hour at which none may be sent."""
    if not send_window.is_open(moment, message_type):
        opens, closes = send_window.hours()
        raise Refusal(
            "group_time_promotion",
            _(
                "Promotions are sent only from %(opens)s to %(closes)s, time zone %(zone)s. "
                "Choose a time within these hours."
            ),
            field="scheduled_at",
            params={"opens": opens, "closes": closes, "zone": settings.SMS_TIME_ZONE},
        )
