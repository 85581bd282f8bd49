from .blocklist import BlockedNumber
from .callback import Callback, CallbackAttempt, CallbackTarget, ReportEvent
from .channel import Channel
from .charge import Charge, Credit
from .frequency import FrequencyPolicy
from .group import GroupProblem, GroupRow, GroupSlice, GroupTask
from .health import ChannelHealth
from .message import Message
from .number_removal import NumberRemoval
from .number_rule import NumberControl, NumberRule
from .part import EarlyReceipt, MalformedReceipt, Part
from .platform import PlatformTemplate
from .request import SendRequest
from .route import ChannelRoute
from .threshold import TrafficThreshold
from .uplink import OptOut, Uplink, UplinkPart

__all__ = [
    "BlockedNumber",
    "Callback",
    "CallbackAttempt",
    "CallbackTarget",
    "Channel",
    "ChannelHealth",
    "ChannelRoute",
    "Charge",
    "Credit",
    "EarlyReceipt",
    "FrequencyPolicy",
    "GroupProblem",
    "GroupRow",
    "GroupSlice",
    "GroupTask",
    "MalformedReceipt",
    "Message",
    "NumberControl",
    "NumberRemoval",
    "NumberRule",
    "OptOut",
    "Part",
    "PlatformTemplate",
    "ReportEvent",
    "SendRequest",
    "TrafficThreshold",
    "Uplink",
    "UplinkPart",
]
