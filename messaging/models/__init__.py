from .callback import Callback, CallbackAttempt, CallbackTarget, ReportEvent
from .channel import Channel
from .group import GroupProblem, GroupRow, GroupSlice, GroupTask
from .message import Message
from .part import EarlyReceipt, Part
from .request import SendRequest

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackTarget",
    "Channel",
    "EarlyReceipt",
    "GroupProblem",
    "GroupRow",
    "GroupSlice",
    "GroupTask",
    "Message",
    "Part",
    "ReportEvent",
    "SendRequest",
]
