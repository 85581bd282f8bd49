"""The sessions of a carrier process, as operations see them."""

import time
from collections.abc import Mapping
from typing import Protocol

from messaging.carriers.base import SessionState
from messaging.services.leases import SessionRow


class Holder(Protocol):
    """What has sessions: a channel that runs."""

    @property
    def sessions(self) -> "list[SessionState]": ...


class Roster:
    """Makes rows of sessions; the rate of each is that since the rows before."""

    def __init__(self, holders: Mapping[int, Holder]) -> None:
        self._holders = holders
        self._written: dict[tuple[int, str], int] = {}
        self._told_at = time.monotonic()

    def rows(self) -> list[SessionRow]:
        """How all sessions are now."""
        moment = time.monotonic()
        elapsed_s = max(moment - self._told_at, 0.001)
        before, self._written, self._told_at = self._written, {}, moment
        rows = []
        for channel_id, holder in self._holders.items():
            for state in holder.sessions:
                key = (channel_id, state.name)
                self._written[key] = state.written
                written = state.written - before.get(key, 0)
                if written < 0:  # it was opened anew since, and counts from there
                    written = state.written
                rows.append(
                    SessionRow(
                        channel_id=channel_id,
                        name=state.name,
                        up_for_s=state.up_for_s,
                        in_flight=state.in_flight,
                        parts_per_s=written / elapsed_s,
                        error=state.error,
                    )
                )
        return rows
