"""Texts as CMPP carries them (carriers.md §1.3)."""

from collections.abc import Sequence
from typing import NamedTuple

from messaging.carriers.wire import udh
from messaging.carriers.wire.udh import Place

from .pdus import Format


class Payload(NamedTuple):
    """One part: what `msg_content`, `msg_fmt` and `tp_udhi` are, and its place."""

    content: bytes
    msg_fmt: int
    tp_udhi: int
    place: Place


_FORMATS = {"ascii": (Format.ASCII, "ascii", 159), "gb18030": (Format.GB18030, "gb18030", 140)}
"""Msg_Fmt, codec, and the bytes that Msg_Length allows."""
_ENCODINGS: dict[int, str] = {Format.UCS2: "utf-16-be", Format.GB18030: "gb18030"}


def payloads(parts: Sequence[str], *, encoding: str, reference: int) -> list[Payload]:
    """The parts of one message, all in `encoding` where that has their characters, else UCS-2."""
    msg_fmt, contents = _encoded(parts, encoding)
    total = len(contents)
    if total == 1:
        return [Payload(contents[0], msg_fmt, 0, udh.WHOLE)]
    places = [Place(reference, total, index) for index in range(1, total + 1)]
    return [
        Payload(udh.header(place) + content, msg_fmt, 1, place)
        for content, place in zip(contents, places, strict=True)
    ]


def ucs2_part(text: str, place: Place) -> Payload:
    """One part alone, at its place."""
    content = text.encode("utf-16-be", "replace")
    if place == udh.WHOLE:
        return Payload(content, Format.UCS2, 0, place)
    return Payload(udh.header(place) + content, Format.UCS2, 1, place)


def read(content: bytes, *, msg_fmt: int, tp_udhi: int) -> tuple[Place, str]:
    """The place of a part in its message, and its text; raises ValueError for a broken header."""
    place = udh.WHOLE
    if tp_udhi:
        place, content = udh.unwrap(content)
    return place, text_of(content, msg_fmt)


def text_of(content: bytes, msg_fmt: int) -> str:
    """The text of content without header; what means nothing becomes U+FFFD."""
    return content.decode(_ENCODINGS.get(msg_fmt, "latin-1"), "replace").replace("\0", "")


def _encoded(parts: Sequence[str], encoding: str) -> tuple[int, list[bytes]]:
    if encoding in _FORMATS:
        msg_fmt, codec, most = _FORMATS[encoding]
        most -= udh.HEADER_BYTES if len(parts) > 1 else 0
        try:
            contents = [part.encode(codec) for part in parts]
        except UnicodeEncodeError:
            contents = []
        if contents and max(map(len, contents)) <= most:
            return msg_fmt, contents
    return Format.UCS2, [part.encode("utf-16-be", "replace") for part in parts]
