"""Reading what was sent and what was pushed, for people: bounded pages, tenant by tenant."""

from .callback_addresses import MOST_COUNTED, AddressState, addresses_of
from .callback_detail import CallbackDetail, attempts_of, callback_detail
from .callback_log import CallbackSearch, LogEntry, Outcome, Place, find_attempts, find_reports
from .messages import (
    SOURCE_NAMES,
    FoundPage,
    find_messages,
    find_page,
    platform_messages,
    sent_today,
    sources_of,
    templates_called,
)
from .search import UNKNOWN_SIGNATURE, MessageSearch, Result
from .uplinks import FoundUplink, UplinkSearch, find_uplink, find_uplinks, replies_to

__all__ = [
    "MOST_COUNTED",
    "SOURCE_NAMES",
    "UNKNOWN_SIGNATURE",
    "AddressState",
    "CallbackDetail",
    "CallbackSearch",
    "FoundPage",
    "FoundUplink",
    "LogEntry",
    "MessageSearch",
    "Outcome",
    "Place",
    "Result",
    "UplinkSearch",
    "addresses_of",
    "attempts_of",
    "callback_detail",
    "find_attempts",
    "find_messages",
    "find_page",
    "find_reports",
    "find_uplink",
    "find_uplinks",
    "platform_messages",
    "replies_to",
    "sent_today",
    "sources_of",
    "templates_called",
]
