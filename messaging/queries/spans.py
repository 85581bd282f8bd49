"""How much time a search may be about: the same for pages and for the API (spec console §11)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal

LONGEST = timedelta(days=7)
USUAL = timedelta(hours=24)


def filled(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """Both ends of a span; by default the last 24 hours, or a week from its beginning on."""
    end = end or (min(start + LONGEST, now()) if start else now())
    return start or end - USUAL, end


def check(start: datetime, end: datetime) -> None:
    """Refuse more than a week, an end before the beginning, and what is not kept any more."""
    if start > end:
        raise Refusal(
            "span_order",
            _("The end lies before the beginning. Exchange the two times."),
            field="end",
        )
    if end - start > LONGEST:
        raise Refusal("span_too_long", _("Choose a range of at most 7 days."), field="end")
    days = settings.SMS_DETAILS_DAYS
    if end < now() - timedelta(days=days):
        first = timezone.localtime() - timedelta(days=days)  # ruling 29
        raise Refusal(
            "span_gone",
            _("Details are kept for %(days)s days. Choose a time from %(first)s on."),
            field="start",
            params={"days": days, "first": f"{first:%Y-%m-%d}"},
        )
