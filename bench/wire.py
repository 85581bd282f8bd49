"""As much of HTTP/1.1 as a load generator needs: where a message ends."""

import re

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def message_end(received: bytes | bytearray) -> int | None:
    """The size of the first message in ``received``; None while its head is incomplete."""
    head_end = received.find(_HEAD_END)
    if head_end < 0:
        return None
    length = _LENGTH.search(received, 0, head_end)
    return head_end + len(_HEAD_END) + (int(length[1]) if length else 0)
