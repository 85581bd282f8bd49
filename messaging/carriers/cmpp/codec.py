"""CMPP messages to bytes and back (carriers.md §1.1)."""

import struct
from typing import Any, NamedTuple

from messaging.carriers.wire.fields import CodecError

from .pdus import LAYOUTS, REPORTS, Command, Report, Version

HEADER = struct.Struct(">III")
"""Total_Length, Command_Id, Sequence_Id."""
LAST_SEQUENCE = 0xFFFFFFFF
MOST_BYTES = 8192
"""Longer than a SUBMIT to 255 numbers needs to be for us; the longest DELIVER has 352 bytes."""

_BY_LENGTH = {
    (Command.CONNECT_RESP, 18): Version.V20,
    (Command.CONNECT_RESP, 21): Version.V30,
    (Command.SUBMIT_RESP, 9): Version.V20,
    (Command.SUBMIT_RESP, 12): Version.V30,
    (Command.DELIVER_RESP, 9): Version.V20,
    (Command.DELIVER_RESP, 12): Version.V30,
}
"""Answers whose length tells their version better than the session does."""


class UnknownCommandError(CodecError):
    """A message that is none of those in `LAYOUTS`."""


class Pdu(NamedTuple):
    """A message; `body` is the named tuple of its command's layout."""

    command: int
    sequence: int
    body: Any = ()


def encode(pdu: Pdu, version: Version) -> bytes:
    """Raises CodecError for a value that does not fit."""
    return framed(pdu.command, pdu.sequence, LAYOUTS[version][pdu.command].encode(pdu.body))


def framed(command: int, sequence: int, body: bytes = b"") -> bytes:
    """A body behind its header."""
    return HEADER.pack(HEADER.size + len(body), command, sequence) + body


def decode(frame: bytes, version: Version) -> Pdu:
    """Read a whole frame; raises UnknownCommandError or CodecError."""
    if len(frame) < HEADER.size:
        raise CodecError(f"a message of {len(frame)} bytes has no whole header")
    length, command, sequence = HEADER.unpack_from(frame)
    if length != len(frame):
        raise CodecError(f"a message of {len(frame)} bytes says that it has {length}")
    version = _BY_LENGTH.get((command, length - HEADER.size), version)
    layout = LAYOUTS[version].get(command)
    if layout is None:
        raise UnknownCommandError(f"unknown command 0x{command:08X}")
    body, end = layout.decode(frame, HEADER.size)
    if end != length:
        raise CodecError(f"{length - end} bytes too many in a {layout.body.__name__}")
    return Pdu(command, sequence, body)


def decode_report(content: bytes) -> Report:
    """The report in a DELIVER; raises CodecError for a content of another length."""
    layout = REPORTS.get(len(content))
    if layout is None:
        raise CodecError(f"a status report of {len(content)} bytes, not 60 or 71")
    return layout.decode(content)[0]


def command_name(command: int) -> str:
    """`submit` and its like, for logs."""
    try:
        return Command(command).name.lower()
    except ValueError:
        return f"0x{command:08X}"
