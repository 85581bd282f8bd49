"""By when cases are due, in words: "in 1 h 20 min", "40 min late"."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from common.workdays import CLOSES, OPENS
from reviews.desk.calendar import Calendar
from reviews.models import SlaRule, Submission

_DAY = timedelta(days=1)
_SOON = timedelta(minutes=30)
_LONG_AGO = timedelta(days=366)
_IN_HOURS = frozenset(
    {
        Submission.Kind.SIGNATURE,
        Submission.Kind.TEMPLATE,
        Submission.Kind.ACTIVATION,
        Submission.Kind.NUMBER_REMOVAL,
    }
)
"""Kinds whose review time is a number of hours, unless a rule says otherwise (ruling 22)."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a case is due and how far away that is."""

    at: datetime
    words: str
    is_overdue: bool
    is_soon: bool
    is_calendar_known: bool

    @property
    def tone(self) -> str:
        """The colour that helps to see it: `bad`, `waiting` or nothing."""
        return "bad" if self.is_overdue else "waiting" if self.is_soon else ""


@dataclass(frozen=True, slots=True)
class _Window:
    opens: time
    closes: time
    is_strict: bool

    @property
    def day(self) -> timedelta:
        """The working time of one day."""
        first = datetime.min.date()
        return datetime.combine(first, self.closes) - datetime.combine(first, self.opens)


class DueClock:
    """Words the due times of many cases; reads rules and calendar once."""

    def __init__(self) -> None:
        self._now = timezone.now()
        self._calendar = Calendar()
        self._rules = {(rule.kind, rule.country): rule for rule in SlaRule.objects.all()}

    def due_of(self, case: Submission) -> Due:
        """When a case is due. Its customer must be loaded."""
        is_overdue = case.due_at < self._now
        window = self._window(case)
        earlier, later = sorted((self._now, case.due_at))
        left = self._between(earlier, later, window)
        time_left = {"time": _span_words(left, window)}
        words = gettext("%(time)s late") if is_overdue else gettext("in %(time)s")
        return Due(
            case.due_at,
            words % time_left,
            is_overdue,
            not is_overdue and left <= _SOON,
            case.is_calendar_known,
        )

    def _between(self, start: datetime, end: datetime, window: _Window) -> timedelta:
        start = max(start, end - _LONG_AGO)
        if window.is_strict:
            return end - start
        return self._calendar.working_time(start, end, opens=window.opens, closes=window.closes)

    def _window(self, case: Submission) -> _Window:
        rule = self._rules.get((case.kind, case.customer.country)) or self._rules.get(
            (case.kind, "")
        )
        if rule is None:
            is_strict = settings.SMS_REVIEW_STRICT and case.kind in _IN_HOURS
            return _Window(OPENS, CLOSES, is_strict)
        return _Window(rule.opens, rule.closes, rule.is_strict and rule.unit == SlaRule.Unit.HOURS)


def _span_words(span: timedelta, window: _Window) -> str:
    """Word a span: of working time, or of the clock where that counts."""
    if window.is_strict and span >= 2 * _DAY:
        days = span // _DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if not window.is_strict and span >= 2 * window.day:
        workdays = span // window.day
        return ngettext("%(count)d workday", "%(count)d workdays", workdays) % {"count": workdays}
    hours, rest = divmod(span, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    if hours and minutes:
        return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if hours:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(minutes)d min") % {"minutes": minutes}
