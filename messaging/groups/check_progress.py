"""How far the check of a file is: kept in the cache, as its rows are not committed until the end.

Losing it shows a page without a percentage for a second; nothing else depends on it.
"""

import time
from dataclasses import dataclass

import redis
from django.core.cache import cache

_KEPT_S = 600
_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """Rows read so far, and the share of the work that is done, in percent."""

    rows: int
    percent: int


class Meter:
    """Tells how far a check is, at most twice a second."""

    def __init__(self, object_id: int, kind: str = "task") -> None:
        self._key = _key(object_id, kind)
        self._next_at = 0.0

    def tell(self, share: float, *, rows: int = 0) -> None:
        moment = time.monotonic()
        if moment < self._next_at:
            return
        self._next_at = moment + _EVERY_S
        try:
            cache.set(self._key, (rows, int(share * 100)), _KEPT_S)
        except redis.RedisError:  # nobody can look then either
            return


def look(object_id: int, kind: str = "task") -> CheckProgress | None:
    """What was told last; None before anything was."""
    try:
        told = cache.get(_key(object_id, kind))
    except redis.RedisError:
        return None
    return CheckProgress(*told) if told else None


def _key(object_id: int, kind: str) -> str:
    return f"group:check:{kind}:{object_id}"
