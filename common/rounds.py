"""Rounds: calls that take turns on one thread, so that what all of them wait for is done once.

Each call is a greenlet. At a `Meeting` it stops and lets the next one begin; when all have come
there or have ended, the work of the meeting is done for all of them, and they go on. Threads could
wait for each other, too, but each wait of a thread is two changes of the processor's and a fight
for the interpreter, which cost more than the calls themselves (docs/performance.md).

A call must hold nothing that other calls of its thread could meet when it stops. Within a
transaction it goes on alone, as the thread's connection is theirs, too; of locks it has to see to
it itself.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from greenlet import getcurrent, greenlet

Item = TypeVar("Item")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Ended(Generic[Key]):
    """How a call ended; `error` is what it raised."""

    key: Key
    answer: Any = None
    error: BaseException | None = None


class _Here(threading.local):
    conductor: greenlet | None = None
    """Who starts the calls of this thread's round, while one of them runs."""


_here = _Here()


def may_stop() -> bool:
    """Whether the caller is a call of a round, and in no transaction of its own."""
    return _conductor() is not None


def step_aside() -> None:
    """Let all other calls of the round end first, as what comes now takes long."""
    if conductor := _conductor():
        conductor.switch(None)


def _conductor() -> greenlet | None:
    """Who goes on when the caller stops; None when it may not stop."""
    return None if connection.in_atomic_block else _here.conductor


class Meeting(Generic[Item]):
    """A point where calls of a round wait for each other; `act` is then done with all their items.

    When `act` raises, it must have changed nothing, for any of the items.
    """

    def __init__(self, act: Callable[[Sequence[Item]], None]) -> None:
        self._act = act

    def done(self, item: Item) -> bool:
        """Whether `act` was done with this item and others; else the caller does its own.

        It is not where the caller may not stop, and it was not when `act` raised.
        """
        conductor = _conductor()
        return conductor is not None and bool(conductor.switch((self, item)))

    def hold(self, items: Sequence[Item]) -> bool:
        """Do the work for those who have come; False when it failed, which each meets again."""
        try:
            self._act(items)
        except Exception:
            return False
        return True


class Round(Generic[Key]):
    """One round on the current thread: `begin` each call, then `end`.

    `tell` gets the calls that ended, several at a time, as soon as nothing keeps them.
    """

    def __init__(self, tell: Callable[[list[Ended[Key]]], object]) -> None:
        self._tell = tell
        self._conductor = getcurrent()
        self._ended: list[Ended[Key]] = []
        self._stopped: list[tuple[greenlet, tuple[Meeting[Any], Any] | None]] = []

    def begin(self, key: Key, call: Callable[[], Any]) -> None:
        """Run a call until it ends or waits for others."""
        self._go_on(greenlet(self._run), key, call)

    def end(self) -> None:
        """Run all calls to their end: first those that meet, then those that stepped aside."""
        self._tell_ended()
        while self._stopped:
            stopped, self._stopped = self._stopped, []
            aside = [call for call, what in stopped if what is None]
            self._meet([(call, *what) for call, what in stopped if what is not None])
            self._tell_ended()
            for call in aside:
                self._go_on(call)
                self._tell_ended()

    def _meet(self, stopped: Sequence[tuple[greenlet, Meeting[Any], Any]]) -> None:
        for meeting in dict.fromkeys(meeting for _call, meeting, _item in stopped):
            present = [(call, item) for call, where, item in stopped if where is meeting]
            is_done = meeting.hold([item for _call, item in present])
            for call, _item in present:
                self._go_on(call, is_done)

    def _go_on(self, call: greenlet, *values: Any) -> None:
        _here.conductor = self._conductor
        try:
            what = call.switch(*values)
        finally:
            _here.conductor = None
        if not call.dead:
            self._stopped.append((call, what))

    def _run(self, key: Key, call: Callable[[], Any]) -> None:
        try:
            ended = Ended(key, call())
        except BaseException as error:
            ended = Ended(key, error=error)
        self._ended.append(ended)

    def _tell_ended(self) -> None:
        ended, self._ended = self._ended, []
        if ended:
            self._tell(ended)
