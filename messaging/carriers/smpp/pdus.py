"""SMPP 3.4 as data: commands, parameters and their layouts (SMPP 3.4 §4 and §5)."""

from enum import IntEnum
from typing import Any, NamedTuple

from messaging.carriers.wire.fields import Counted, CString, Layout, UInt

RESPONSE = 0x80000000
MESSAGE_ID_MOST = 65


class Command(IntEnum):
    BIND_RECEIVER = 0x01
    BIND_TRANSMITTER = 0x02
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    DATA_SM = 0x103
    GENERIC_NACK = 0x80000000
    BIND_RECEIVER_RESP = 0x80000001
    BIND_TRANSMITTER_RESP = 0x80000002
    SUBMIT_SM_RESP = 0x80000004
    DELIVER_SM_RESP = 0x80000005
    UNBIND_RESP = 0x80000006
    BIND_TRANSCEIVER_RESP = 0x80000009
    ENQUIRE_LINK_RESP = 0x80000015
    DATA_SM_RESP = 0x80000103


BINDS = (Command.BIND_RECEIVER, Command.BIND_TRANSMITTER, Command.BIND_TRANSCEIVER)


class Tlv(IntEnum):
    """Tags of optional parameters (§5.3.2)."""

    SAR_MSG_REF_NUM = 0x020C
    SAR_TOTAL_SEGMENTS = 0x020E
    SAR_SEGMENT_SEQNUM = 0x020F
    SC_INTERFACE_VERSION = 0x0210
    NETWORK_ERROR_CODE = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427
    RECEIPTED_MESSAGE_ID = 0x001E


class Status(IntEnum):
    """The values of `command_status` that are given here; all are in carrier_codes.csv (§5.1.3)."""

    OK = 0x00
    INVALID_MESSAGE_LENGTH = 0x01
    INVALID_COMMAND_LENGTH = 0x02
    INVALID_COMMAND = 0x03
    WRONG_BIND_STATUS = 0x04
    ALREADY_BOUND = 0x05
    SYSTEM_ERROR = 0x08
    INVALID_SOURCE = 0x0A
    INVALID_DESTINATION = 0x0B
    BIND_FAILED = 0x0D
    INVALID_PASSWORD = 0x0E
    INVALID_SYSTEM_ID = 0x0F
    QUEUE_FULL = 0x14
    SUBMIT_FAILED = 0x45
    THROTTLED = 0x58


class EsmClass:
    """Bits of `esm_class` (§5.2.12)."""

    TYPE = 0x3C
    RECEIPT = 0x04
    INTERMEDIATE = 0x20
    UDHI = 0x40


class DataCoding:
    """Values of `data_coding` (§5.2.19)."""

    DEFAULT = 0x00
    ASCII = 0x01
    LATIN1 = 0x03
    UCS2 = 0x08


class Nothing(NamedTuple):
    """The body of PDUs that are all header."""


class Bind(NamedTuple):
    system_id: str
    password: str
    system_type: str = ""
    interface_version: int = 0x34
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""


class BindResp(NamedTuple):
    system_id: str = ""


class ShortMessage(NamedTuple):
    """The body of submit_sm and deliver_sm."""

    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""
    esm_class: int = 0
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    replace_if_present_flag: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""


class Data(NamedTuple):
    """The body of data_sm; its text is in `message_payload`."""

    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""
    esm_class: int = 0
    registered_delivery: int = 0
    data_coding: int = 0


class MessageId(NamedTuple):
    """The body of submit_sm_resp, deliver_sm_resp and data_sm_resp."""

    message_id: str = ""


_U1 = UInt(1)
_BIND = Layout(Bind, CString(16), CString(9), CString(13), _U1, _U1, _U1, CString(41))
_BIND_RESP = Layout(BindResp, CString(16, is_lenient=True))
_NOTHING = Layout(Nothing)
_MESSAGE_ID = Layout(MessageId, CString(MESSAGE_ID_MOST, is_lenient=True))
_SHORT_MESSAGE = Layout(
    ShortMessage,
    CString(6),
    _U1,
    _U1,
    CString(21),
    _U1,
    _U1,
    CString(21),
    _U1,
    _U1,
    _U1,
    CString(17),
    CString(17),
    _U1,
    _U1,
    _U1,
    _U1,
    Counted(254),
)
_DATA = Layout(Data, CString(6), _U1, _U1, CString(65), _U1, _U1, CString(65), _U1, _U1, _U1)

LAYOUTS: dict[int, Layout[Any]] = {
    Command.BIND_RECEIVER: _BIND,
    Command.BIND_TRANSMITTER: _BIND,
    Command.BIND_TRANSCEIVER: _BIND,
    Command.BIND_RECEIVER_RESP: _BIND_RESP,
    Command.BIND_TRANSMITTER_RESP: _BIND_RESP,
    Command.BIND_TRANSCEIVER_RESP: _BIND_RESP,
    Command.UNBIND: _NOTHING,
    Command.UNBIND_RESP: _NOTHING,
    Command.ENQUIRE_LINK: _NOTHING,
    Command.ENQUIRE_LINK_RESP: _NOTHING,
    Command.GENERIC_NACK: _NOTHING,
    Command.SUBMIT_SM: _SHORT_MESSAGE,
    Command.SUBMIT_SM_RESP: _MESSAGE_ID,
    Command.DELIVER_SM: _SHORT_MESSAGE,
    Command.DELIVER_SM_RESP: _MESSAGE_ID,
    Command.DATA_SM: _DATA,
    Command.DATA_SM_RESP: _MESSAGE_ID,
}
