"""Whether an address is called at the moment, and why not: its circuit breaker in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.clock import now
from messaging.services.circuit import FAILURES_TO_OPEN
from messaging.services.verdict import moment


@dataclass(frozen=True, slots=True)
class Circuit:
    """A short state with its tone, and the sentence behind it."""

    state: str
    tone: str
    reason: str


def circuit_of(*, failures: int, open_until: datetime | None) -> Circuit:
    """Word the breaker of an address (docs/api/events.md)."""
    words = {
        "failed": ngettext(
            "%(count)d call in a row failed", "%(count)d calls in a row failed", failures
        )
        % {"count": failures},
        "limit": FAILURES_TO_OPEN,
    }
    if open_until is None:
        if failures == 0:
            return Circuit(_("Called"), "good", _("The last call was answered, or none was made."))
        reason = _("%(failed)s. After %(limit)d it is left alone for a while.") % words
        return Circuit(_("Called, failing"), "waiting", reason)
    if open_until > now():
        until = {"time": moment(open_until)}
        reason = _(
            "Not called until %(time)s, because %(failed)s. Then one report is tried; its reports "
            "wait and use up no attempt."
        ) % (words | until)
        return Circuit(_("Not called"), "bad", reason)
    reason = _("%(failed)s. The next call tries one report; its answer lets all others go.") % words
    return Circuit(_("About to be tried"), "waiting", reason)
