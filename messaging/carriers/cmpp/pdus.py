"""CMPP 2.0 and 3.0 as data: commands and the layouts of their bodies (carriers.md §1)."""

from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from messaging.carriers.wire.fields import (
    Absent,
    Counted,
    CountedTexts,
    Field,
    Layout,
    Octets,
    Text,
    UInt,
)

B = TypeVar("B", bound=tuple[Any, ...])

RESPONSE = 0x80000000


class Version(IntEnum):
    """As CONNECT says it; 2.1 has the layouts of 2.0."""

    V20 = 0x20
    V21 = 0x21
    V30 = 0x30

    def __str__(self) -> str:
        return f"{self >> 4}.{self & 0x0F}"


class Command(IntEnum):
    CONNECT = 0x01
    TERMINATE = 0x02
    SUBMIT = 0x04
    DELIVER = 0x05
    ACTIVE_TEST = 0x08
    CONNECT_RESP = 0x80000001
    TERMINATE_RESP = 0x80000002
    SUBMIT_RESP = 0x80000004
    DELIVER_RESP = 0x80000005
    ACTIVE_TEST_RESP = 0x80000008


class ConnectStatus(IntEnum):
    """The status of a CONNECT_RESP."""

    OK = 0
    STRUCTURE = 1
    SOURCE_ADDRESS = 2
    AUTHENTICATION = 3
    VERSION_TOO_HIGH = 4
    OTHER = 5


class Result(IntEnum):
    """The results of a SUBMIT_RESP that are given here; all are in carrier_codes.csv."""

    OK = 0
    STRUCTURE = 1
    FLOW_CONTROL = 8
    NOT_SERVED = 9
    SOURCE = 10
    DESTINATION = 13


class Format(IntEnum):
    """Values of Msg_Fmt."""

    ASCII = 0
    BINARY = 4
    UCS2 = 8
    GB18030 = 15


class Nothing(NamedTuple):
    """The body of messages that are all header."""


class Connect(NamedTuple):
    source_addr: str
    authenticator: bytes
    version: int
    timestamp: int


class ConnectResp(NamedTuple):
    status: int
    authenticator: bytes
    version: int


class Submit(NamedTuple):
    msg_id: bytes = bytes(8)
    pk_total: int = 1
    pk_number: int = 1
    registered_delivery: int = 1
    msg_level: int = 1
    service_id: str = ""
    fee_user_type: int = 2
    fee_terminal_id: str = ""
    fee_terminal_type: int = 0
    tp_pid: int = 0
    tp_udhi: int = 0
    msg_fmt: int = Format.UCS2
    msg_src: str = ""
    fee_type: str = "01"
    fee_code: str = ""
    valid_time: str = ""
    at_time: str = ""
    src_id: str = ""
    dest_terminal_ids: tuple[str, ...] = ()
    dest_terminal_type: int = 0
    msg_content: bytes = b""
    link_id: str = ""


class SubmitResp(NamedTuple):
    msg_id: bytes
    result: int = 0


class Deliver(NamedTuple):
    msg_id: bytes
    dest_id: str = ""
    service_id: str = ""
    tp_pid: int = 0
    tp_udhi: int = 0
    msg_fmt: int = 0
    src_terminal_id: str = ""
    src_terminal_type: int = 0
    registered_delivery: int = 0
    msg_content: bytes = b""
    link_id: str = ""


class DeliverResp(NamedTuple):
    msg_id: bytes
    result: int = 0


class ActiveTestResp(NamedTuple):
    reserved: int = 0


class Report(NamedTuple):
    """The content of a DELIVER that is a status report (carriers.md §1.5)."""

    msg_id: bytes
    stat: str
    submit_time: str
    done_time: str
    dest_terminal_id: str
    smsc_sequence: int = 0


_U1 = UInt(1)
_ID = Octets(8)
_STATUS = (_U1, UInt(4))
_TERMINAL = (Text(21), Text(32))
_TERMINALS = (CountedTexts(21), CountedTexts(32))
_TERMINAL_TYPE = (Absent(), _U1)
_LINK_ID = (Text(8), Text(20))

# A pair is what a field is in 2.0 and in 3.0.
Row = Field | tuple[Field, Field]

_ROWS: dict[Command, tuple[type[Any], tuple[Row, ...]]] = {
    Command.CONNECT: (Connect, (Text(6), Octets(16), _U1, UInt(4))),
    Command.CONNECT_RESP: (ConnectResp, (_STATUS, Octets(16), _U1)),
    Command.TERMINATE: (Nothing, ()),
    Command.TERMINATE_RESP: (Nothing, ()),
    Command.SUBMIT: (
        Submit,
        (
            _ID,
            _U1,
            _U1,
            _U1,
            _U1,
            Text(10),
            _U1,
            _TERMINAL,
            _TERMINAL_TYPE,
            _U1,
            _U1,
            _U1,
            Text(6),
            Text(2),
            Text(6),
            Text(17),
            Text(17),
            Text(21),
            _TERMINALS,
            _TERMINAL_TYPE,
            Counted(159),
            _LINK_ID,
        ),
    ),
    Command.SUBMIT_RESP: (SubmitResp, (_ID, _STATUS)),
    Command.DELIVER: (
        Deliver,
        (
            _ID,
            Text(21),
            Text(10),
            _U1,
            _U1,
            _U1,
            _TERMINAL,
            _TERMINAL_TYPE,
            _U1,
            Counted(),
            _LINK_ID,
        ),
    ),
    Command.DELIVER_RESP: (DeliverResp, (_ID, _STATUS)),
    Command.ACTIVE_TEST: (Nothing, ()),
    Command.ACTIVE_TEST_RESP: (ActiveTestResp, (_U1,)),
}
_REPORT: tuple[Row, ...] = (_ID, Text(7), Text(10), Text(10), _TERMINAL, UInt(4))


def _layout(body: type[B], rows: tuple[Row, ...], column: int) -> Layout[B]:
    return Layout(body, *(row[column] if isinstance(row, tuple) else row for row in rows))


_LAYOUTS_20, _LAYOUTS_30 = (
    {int(command): _layout(body, rows, column) for command, (body, rows) in _ROWS.items()}
    for column in (0, 1)
)
LAYOUTS: dict[Version, dict[int, Layout[Any]]] = {
    Version.V20: _LAYOUTS_20,
    Version.V21: _LAYOUTS_20,
    Version.V30: _LAYOUTS_30,
}
REPORTS: dict[int, Layout[Report]] = {
    60: _layout(Report, _REPORT, 0),
    71: _layout(Report, _REPORT, 1),
}
"""By the length of the content: peers send the short form in 3.0, too."""
