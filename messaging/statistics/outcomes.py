"""How a final report counts in the statistics (spec console §10)."""

from enum import Enum
from functools import cache

from common.codes import DELIVERED, StatusCode, status_code
from messaging.models.part import Source

BLOCKLISTED = frozenset({"E000632", "SC:0003", "SC:0005", "SC:0016"})
"""What the platform reports for numbers on a blocklist (ruling 38)."""

_AT_THE_RECIPIENT = (
    "Check that the number is real",
    "Verify the number",
    "Ask the recipient",
    "Recipient/billed account problem",
)
"""How the remedies of codes begin whose cause is the handset or the number; with those of the code
table they say which failures are terminal errors."""
_FAMILIES = ("MK:", "MN:")
"""Codes of an SMSC that reported UNDELIV or REJECTD: "number or handset problem" as a family."""


class Outcome(Enum):
    SUCCESS = "success"
    FAILURE = "failure"
    TERMINAL = "terminal"
    """Caused by the handset or the number; not the sender's or the platform's fault."""
    BLOCKLISTED = "blocklisted"
    """A failure that the success rates leave out."""


@cache
def outcome_of(code: str, reported_by: int) -> Outcome:
    """How messages with this final code count that this source reported."""
    if reported_by == Source.CARRIER:
        if code == DELIVERED:
            return Outcome.SUCCESS
        status = status_code(code)
        return Outcome.TERMINAL if _is_at_the_recipient(status) else Outcome.FAILURE
    return Outcome.BLOCKLISTED if code in BLOCKLISTED else Outcome.FAILURE


def _is_at_the_recipient(status: StatusCode) -> bool:
    if not status.is_known:
        return status.code.startswith(_FAMILIES)
    return status.remedy.startswith(_AT_THE_RECIPIENT)
