"""A small cache of a process: entries live for seconds, so that a change shows without a signal."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


RELOAD_S = 1.0
"""While one thread loads an entry anew, others go on with the old one, for so long at most."""


class Expiring(Generic[Key, Value]):
    """Remembers what `load(key)` returned for `lifetime_s` seconds; safe between threads.

    When an entry is over, one thread loads it and the others do not wait. With a lifetime of 0
    everything is loaded every time.

    At most `limit` entries are kept; when full, everything is forgotten, which costs one reload
    each and bounds memory against keys that strangers make up.
    """

    def __init__(
        self, load: Callable[[Key], Value], *, lifetime_s: Callable[[], float], limit: int = 10_000
    ) -> None:
        self._load = load
        self._lifetime_s = lifetime_s
        self._limit = limit
        self._entries: dict[Key, tuple[float, Value]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value:
        entry = self._entries.get(key)
        moment = time.monotonic()
        if entry is not None and entry[0] > moment:
            return entry[1]
        lifetime_s = self._lifetime_s()
        if entry is not None and lifetime_s:
            with self._lock:
                latest = self._entries.get(key)
                if latest is not None and latest is not entry:
                    return latest[1]
                if latest is entry:
                    self._entries[key] = (moment + RELOAD_S, entry[1])
        value = self._load(key)
        with self._lock:
            if len(self._entries) >= self._limit:
                self._entries.clear()
            self._entries[key] = (moment + lifetime_s, value)
        return value

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
