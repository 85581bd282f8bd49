"""Numbers that do not simply get their message: the last four digits choose what happens."""

from common.codes import DELIVERED

SCENARIOS = {
    "9001": "EXPIRED",
    "9002": "UNDELIV",
    "9003": "REJECTD",
    "9004": "UNKNOWN",
    "9005": "MK:0001",
    "9006": "MK:0024",
    "9007": "MILIMIT",
    "9008": "BLACK",
    "9009": "KEYWORD",
}
"""Recipient suffix → status code of the receipt (spec data-plane §7, simulator set)."""


def outcome(recipient: str) -> str:
    """The code that the receipt for this number will carry."""
    return SCENARIOS.get(recipient[-4:], DELIVERED)
