"""Msg_Id: eight bytes of the carrier's, made readable."""

from datetime import datetime

FORMS = ("decimal", "hex", "fields")


def written(msg_id: bytes, form: str) -> str:
    """The id as people at the carrier know it; nothing depends on what its bits mean.

    `decimal` is one number, `hex` has 16 digits, `fields` is MMDDhhmmss-gateway-sequence.
    """
    number = int.from_bytes(msg_id, "big")
    if form == "hex":
        return f"{number:016x}"
    if form == "fields":
        return _fields(number)
    return str(number)


def make(moment: datetime, gateway: int, sequence: int) -> bytes:
    """The id that a gateway gives: time, gateway and sequence in 26, 22 and 16 bits."""
    stamp = moment.month
    for value, bits in ((moment.day, 5), (moment.hour, 5), (moment.minute, 6), (moment.second, 6)):
        stamp = stamp << bits | value
    number = (stamp << 22 | gateway & 0x3FFFFF) << 16 | sequence & 0xFFFF
    return number.to_bytes(8, "big")


def _fields(number: int) -> str:
    stamp, gateway, sequence = number >> 38, number >> 16 & 0x3FFFFF, number & 0xFFFF
    values = (stamp >> 22, stamp >> 17 & 0x1F, stamp >> 12 & 0x1F, stamp >> 6 & 0x3F, stamp & 0x3F)
    return "".join(f"{value:02d}" for value in values) + f"-{gateway:07d}-{sequence:05d}"
