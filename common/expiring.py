"""A small cache of a process: entries live for seconds, so that a change shows without a signal."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.conf import settings

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


RELOAD_S = 1.0
"""While one thread loads an entry anew, others go on with the old one, for so long at most."""

HEARD_S = 60.0
"""How long entries live whose changes are announced, in a process that hears of them."""

_hears = False


def hear(*, hears: bool) -> None:
    """Say whether this process clears its announced caches at every change from now on."""
    global _hears
    _hears = hears


class Expiring(Generic[Key, Value]):
    """Remembers what `load(key)` returned for `lifetime_s` seconds; safe between threads.

    When an entry is over, one thread loads it and the others do not wait. With a lifetime of 0
    everything is loaded every time.

    At most `limit` entries are kept; when full, everything is forgotten, which costs one reload
    each and bounds memory against keys that strangers make up.

    Where changes of all that `load` reads are announced (`sms_console.changes`), entries live for
    `HEARD_S` while this process hears of them; what was read before a change, and comes after it
    was heard of, is not remembered.
    """

    def __init__(
        self,
        load: Callable[[Key], Value],
        *,
        lifetime_s: Callable[[], float],
        limit: int = 10_000,
        is_announced: bool = False,
    ) -> None:
        self._load = load
        self._lifetime_s = lifetime_s
        self._limit = limit
        self._is_announced = is_announced
        self._times_cleared = 0
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
        times_cleared = self._times_cleared  # before `_hears`: it is cleared when that ends
        if self._is_announced and lifetime_s and _hears:
            lifetime_s = max(lifetime_s, HEARD_S)
        value = self._load(key)
        with self._lock:
            if self._times_cleared == times_cleared:
                if len(self._entries) >= self._limit:
                    self._entries.clear()
                self._entries[key] = (moment + lifetime_s, value)
        return value

    def clear(self) -> None:
        with self._lock:
            self._times_cleared += 1
            self._entries.clear()


def announced(load: Callable[[Key], Value]) -> Expiring[Key, Value]:
    """A cache of what the send path asks for, and whose changes triggers announce."""
    return Expiring(
        load, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S), is_announced=True
    )
