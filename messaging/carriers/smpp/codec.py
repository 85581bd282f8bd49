"""SMPP PDUs to bytes and back (SMPP 3.4 §3.2)."""

import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from messaging.carriers.wire.fields import CodecError

from .pdus import LAYOUTS, RESPONSE, Command

HEADER = struct.Struct(">IIII")
"""command_length, command_id, command_status, sequence_number."""
LAST_SEQUENCE = 0x7FFFFFFF
MOST_BYTES = 66_000
"""Longer than a PDU with a `message_payload` of 64 KB."""

_TLV = struct.Struct(">HH")
_NO_TLVS: Mapping[int, bytes] = {}


class UnknownCommandError(CodecError):
    """A PDU that is none of those in `LAYOUTS`."""


class Pdu(NamedTuple):
    """A PDU; `body` is the named tuple of its command's layout, None where it was left out."""

    command: int
    sequence: int
    body: Any = ()
    status: int = 0
    tlvs: Mapping[int, bytes] = _NO_TLVS


def encode(pdu: Pdu) -> bytes:
    """Raises CodecError for a value that does not fit."""
    body = b"" if pdu.body is None else LAYOUTS[pdu.command].encode(pdu.body)
    return framed(pdu.command, pdu.sequence, body + encode_tlvs(pdu.tlvs), pdu.status)


def framed(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    """A body, with its optional parameters, behind its header."""
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def encode_tlvs(tlvs: Mapping[int, bytes]) -> bytes:
    return b"".join([_TLV.pack(tag, len(value)) + value for tag, value in tlvs.items()])


def decode(frame: bytes) -> Pdu:
    """Read a whole frame; raises UnknownCommandError or CodecError.

    A response may leave its body out, as it must where its status is an error (§4.1.2, §4.4.2).
    """
    if len(frame) < HEADER.size:
        raise CodecError(f"a PDU of {len(frame)} bytes has no whole header")
    length, command, status, sequence = HEADER.unpack_from(frame)
    if length != len(frame):
        raise CodecError(f"a PDU of {len(frame)} bytes says that it has {length}")
    layout = LAYOUTS.get(command)
    if layout is None:
        raise UnknownCommandError(f"unknown command 0x{command:08X}")
    if length == HEADER.size and command & RESPONSE and layout.fields:
        return Pdu(command, sequence, None, status)
    body, at = layout.decode(frame, HEADER.size)
    return Pdu(command, sequence, body, status, decode_tlvs(frame, at))


def decode_tlvs(frame: bytes, at: int) -> Mapping[int, bytes]:
    """The optional parameters from `at` to the end; of a repeated one the last counts.

    Some peers write NULs behind the text that its length does not count; those say nothing.
    """
    if len(frame) - at < _TLV.size and not any(frame[at:]):
        return _NO_TLVS
    tlvs = {}
    while at < len(frame):
        if at + _TLV.size > len(frame):
            raise CodecError("an optional parameter is cut off")
        tag, size = _TLV.unpack_from(frame, at)
        at += _TLV.size
        if at + size > len(frame):
            raise CodecError(f"optional parameter 0x{tag:04X} is cut off")
        tlvs[tag] = frame[at : at + size]
        at += size
    return tlvs


def command_name(command: int) -> str:
    """`submit_sm` and its like, for logs."""
    try:
        return Command(command).name.lower()
    except ValueError:
        return f"0x{command:08X}"
