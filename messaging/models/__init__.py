from .callback import Callback, CallbackTarget
from .channel import Channel
from .group import GroupProblem, GroupRow, GroupSlice, GroupTask
from .message import Message
from .part import EarlyReceipt, Part
from .request import SendRequest

__all__ = [
    "Callback",
    "CallbackTarget",
    "Channel",
    "EarlyReceipt",
    "GroupProblem",
    "GroupRow",
    "GroupSlice",
    "GroupTask",
    "Message",
    "Part",
    "SendRequest",
]
