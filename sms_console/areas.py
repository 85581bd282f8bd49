"""The areas of the operations console: its lists by duty, those used most first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Area:
    """Lists that one duty needs: `title`, and what the admin knows of each list's model."""

    title: "Sentence"
    lists: list[dict[str, Any]]


AREAS: tuple[tuple["Sentence", tuple[str, ...]], ...] = (
    (_("Review"), ("Submission", "Signature", "Template", "Qualification", "Filing", "Evidence")),
    (
        _("Customers"),
        ("Customer", "Ticket", "Application", "Penalty", "QuotaRequest", "Membership", "Contact"),
    ),
    (
        _("Sending"),
        (
            "Message",
            "GroupTask",
            "Uplink",
            "Channel",
            "ChannelRoute",
            "ChannelAlarm",
            "GuardAlarm",
            "OptOut",
            "EarlyReceipt",
            "MalformedReceipt",
        ),
    ),
    (_("Money"), ("BillingAccount", "Purchase", "Package", "Offer", "PriceList", "LedgerEntry")),
    (
        _("Rules"),
        (
            "ListedWord",
            "BlockedNumber",
            "TrafficThreshold",
            "GuardLimit",
            "PolicyReplay",
            "SlaRule",
            "WorkdayOverride",
            "CannedText",
            "PlatformTemplate",
        ),
    ),
    (
        _("Records and people"),
        (
            "AuditEvent",
            "User",
            "Group",
            "AccessKey",
            "Authenticator",
            "Decision",
            "Transition",
            "Delivery",
        ),
    ),
)
"""The names of models; a list that stands nowhere here comes last, under “More”."""


def areas_of(apps: Iterable[dict[str, Any]]) -> Iterator[Area]:
    """The areas with the lists that somebody may open, from the admin's list of apps."""
    lists = {model["object_name"]: model for app in apps for model in app["models"]}
    for title, names in AREAS:
        here = [lists.pop(name) for name in names if name in lists]
        if here:
            yield Area(title, here)
    if lists:
        yield Area(_("More"), list(lists.values()))
