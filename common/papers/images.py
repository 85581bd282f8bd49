"""Pictures, read block by block from the first byte to the last."""

import struct
import zlib
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.papers.errors import BadPaperError, damaged, more_than_a_paper

LONGEST_SIDE = 20_000
"""Pixels; a picture that claims more is meant to exhaust whoever opens it."""
_MOST_PIXELS = 100_000_000

_FOREIGN = (b"%PDF-", b"<script", b"<html", b"<svg", b"<?php", b"PK\x05\x06")
"""Beginnings of other formats; a picture with one of them inside could be opened as that."""

_PNG_START = 8
_JPEG_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SOS, _EOI = 0xDA, 0xD9


def check_png(content: bytes) -> None:
    """Refuse a PNG whose chunks are damaged, do not end with the file, or lack a picture."""
    position, has_data = _PNG_START, False
    while True:
        length, kind = _unpack(">I4s", content, position)
        body_end = position + 8 + length
        (checksum,) = _unpack(">I", content, body_end)
        if zlib.crc32(content[position + 4 : body_end]) != checksum:
            raise damaged()
        if position == _PNG_START:
            if kind != b"IHDR":
                raise damaged()
            _check_size(*_unpack(">II", content, position + 8))
        has_data |= kind == b"IDAT"
        position = body_end + 4
        if kind == b"IEND":
            break
    if not has_data:
        raise damaged()
    _check_nothing_else(content, position)


def check_jpeg(content: bytes) -> None:
    """Refuse a JPEG whose segments are damaged, do not end with the file, or lack a picture."""
    position, has_frame, has_scan = 2, False, False
    while True:
        marker, position = _next_marker(content, position)
        if marker == _EOI:
            break
        if marker in _JPEG_WITHOUT_LENGTH:
            continue
        (length,) = _unpack(">H", content, position)
        if marker in _JPEG_FRAMES:
            height, width = _unpack(">HH", content, position + 3)
            _check_size(width, height)
            has_frame = True
        position += length
        if marker == _SOS:
            has_scan = True
            position = _after_scan(content, position)
    if not (has_frame and has_scan):
        raise damaged()
    _check_nothing_else(content, position)


def check_gif(content: bytes) -> None:
    """Refuse a GIF whose blocks are damaged, do not end with the file, or lack a picture."""
    width, height, flags = _unpack("<HHB", content, 6)
    _check_size(width, height)
    position = 13 + _colour_table(flags)
    has_picture = False
    while (introducer := _byte(content, position)) != 0x3B:
        if introducer == 0x21:
            position = _after_blocks(content, position + 2)
        elif introducer == 0x2C:
            has_picture = True
            local = _colour_table(_byte(content, position + 9))
            position = _after_blocks(content, position + 10 + local + 1)
        else:
            raise damaged()
    if not has_picture:
        raise damaged()
    _check_nothing_else(content, position + 1)


def _next_marker(content: bytes, position: int) -> tuple[int, int]:
    if _byte(content, position) != 0xFF:
        raise damaged()
    while (marker := _byte(content, position)) == 0xFF:
        position += 1
    return marker, position + 1


def _after_scan(content: bytes, position: int) -> int:
    """Where the entropy-coded data ends: at a marker that is neither stuffing nor a restart."""
    while (position := content.find(b"\xff", position)) >= 0:
        following = _byte(content, position + 1)
        if following != 0x00 and following not in _JPEG_WITHOUT_LENGTH and following != 0xFF:
            return position
        position += 1 if following == 0xFF else 2
    raise damaged()


def _colour_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, position: int) -> int:
    while length := _byte(content, position):
        position += length + 1
    return position + 1


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise damaged()
    if width * height > _MOST_PIXELS:
        raise BadPaperError(
            _("The picture has too many pixels. Scan or save it with a lower resolution.")
        )


def _check_nothing_else(content: bytes, end: int) -> None:
    lowered = content.lower()
    if content[end:].strip(b"\0\r\n ") or any(mark.lower() in lowered for mark in _FOREIGN):
        raise more_than_a_paper()


def _byte(content: bytes, position: int) -> int:
    if position >= len(content):
        raise damaged()
    return content[position]


def _unpack(form: str, content: bytes, position: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, content, position)
    except struct.error:
        raise damaged() from None
