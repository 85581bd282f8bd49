"""Request bodies that are larger than they may be."""

from typing import Protocol

BODY_LIMIT_BYTES = 12 * 1024 * 1024
"""The largest body the API accepts (AK/SK signing rule of the documented API: 12 MB)."""

PIECE_BYTES = 1 << 16
THROWN_AWAY_BYTES = 64 * 1024 * 1024
"""More than this of a body that is too large is not read; the connection then breaks."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def throw_away(request: Readable) -> None:
    """Read what a client is still sending: it reads no answer before its body has ended."""
    for _ in range(THROWN_AWAY_BYTES // PIECE_BYTES):
        if not request.read(PIECE_BYTES):
            return
