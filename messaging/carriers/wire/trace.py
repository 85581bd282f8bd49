"""The wire log of a channel: what travels, without texts, with masked numbers."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from .framing import LENGTH_BYTES

log = structlog.get_logger(__name__)

Describe = Callable[[bytes], Mapping[str, Any]]
"""What may be said of a frame: no texts, no secrets, numbers masked."""


class WireLog:
    """Writes frames into the log until `until`; never where that is None."""

    def __init__(self, until: datetime | None, *, channel: str, describe: Describe) -> None:
        self._until = until
        self._describe = describe
        self._log = log.bind(channel=channel)

    def change(self, until: datetime | None) -> None:
        """Write until then from now on; None to stop."""
        self._until = until

    def write(self, link: str, direction: str, frames: bytes) -> None:
        """Log one or several whole frames that travelled `in` or `out`."""
        if self._until is None:
            return
        if datetime.now(UTC) >= self._until:
            self._until = None
            return
        at = 0
        while at < len(frames):
            end = at + int.from_bytes(frames[at : at + LENGTH_BYTES], "big")
            facts = self._describe(frames[at:end])
            self._log.info("frame", link=link, direction=direction, bytes=end - at, **facts)
            at = end
