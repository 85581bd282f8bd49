from .alarm_email import AlarmEmail
from .blocklist import BlockedNumber
from .callback import Callback, CallbackAttempt, CallbackTarget, ReportEvent
from .channel import Channel
from .charge import Charge, Credit
from .conversion import Conversion
from .erasure import Erasure
from .export import Export
from .frequency import FrequencyPolicy
from .group import GroupTask
from .group_rows import GroupBlock, GroupPoint, GroupProblem, GroupProblemBlock, GroupSlice
from .guard import GuardAlarm, GuardLimit
from .health import ChannelHealth
from .message import Message
from .number_removal import NumberRemoval
from .number_rule import NumberControl, NumberRule
from .part import EarlyReceipt, MalformedReceipt, Part
from .platform import PlatformTemplate
from .policy_replay import PolicyReplay
from .recipient_list import RecipientList
from .request import SendRequest
from .resend import Resend, ResentMessage
from .route import ChannelRoute, RouteShare
from .rule_hit import RuleHit, RuleVersion
from .session import CarrierRun, CarrierSession, ChannelLease
from .statistics import ChannelAlarm, DailyFigure, HourlyFigure, Tally
from .threshold import TrafficThreshold
from .uplink import OptOut, Uplink, UplinkPart

__all__ = [
    "AlarmEmail",
    "BlockedNumber",
    "Callback",
    "CallbackAttempt",
    "CallbackTarget",
    "CarrierRun",
    "CarrierSession",
    "Channel",
    "ChannelAlarm",
    "ChannelHealth",
    "ChannelLease",
    "ChannelRoute",
    "Charge",
    "Conversion",
    "Credit",
    "DailyFigure",
    "EarlyReceipt",
    "Erasure",
    "Export",
    "FrequencyPolicy",
    "GroupBlock",
    "GroupPoint",
    "GroupProblem",
    "GroupProblemBlock",
    "GroupSlice",
    "GroupTask",
    "GuardAlarm",
    "GuardLimit",
    "HourlyFigure",
    "MalformedReceipt",
    "Message",
    "NumberControl",
    "NumberRemoval",
    "NumberRule",
    "OptOut",
    "Part",
    "PlatformTemplate",
    "PolicyReplay",
    "RecipientList",
    "ReportEvent",
    "Resend",
    "ResentMessage",
    "RouteShare",
    "RuleHit",
    "RuleVersion",
    "SendRequest",
    "Tally",
    "TrafficThreshold",
    "Uplink",
    "UplinkPart",
]
