"""What carriers report is confirmed only when it is stored."""

import asyncio
from collections.abc import Sequence

import pytest
import structlog

from messaging.carriers.wire import inbox as inbox_module
from messaging.carriers.wire.inbox import Inbox

from .harness import eventually, run


class Wire:
    """A link that remembers what was written."""

    def __init__(self) -> None:
        self.written = b""
        self.is_reading = True

    def write(self, frame: bytes) -> None:
        self.written += frame

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True


def test_what_comes_meanwhile_is_stored_together_and_confirmed_where_it_came():
    async def story() -> None:
        slices: list[Sequence[int]] = []
        gate = asyncio.Event()

        async def store(items: Sequence[int]) -> None:
            slices.append(items)
            await gate.wait()

        one, other = Wire(), Wire()
        inbox: Inbox[int] = Inbox(store, log=structlog.get_logger())
        inbox.open()
        inbox.take(1, one, b"a")
        await eventually(lambda: bool(slices))
        inbox.take(2, other, b"b")
        inbox.take(3, one, b"c")
        assert one.written == b""
        gate.set()
        await eventually(lambda: one.written == b"ac" and other.written == b"b")
        assert slices == [[1], [2, 3]]
        await inbox.close()

    run(story())


def test_what_cannot_be_stored_is_not_confirmed_and_holds_nothing_up():
    async def story() -> None:
        async def store(items: Sequence[int]) -> None:
            if 1 in items:
                raise RuntimeError

        wire = Wire()
        inbox: Inbox[int] = Inbox(store, log=structlog.get_logger())
        inbox.open()
        inbox.take(1, wire, b"a")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        inbox.take(2, wire, b"b")
        await eventually(lambda: wire.written == b"b")
        await inbox.close()

    run(story())


def test_a_link_that_brings_too_much_is_not_read_for_a_while(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox_module, "CROWDED", 3)
    monkeypatch.setattr(inbox_module, "AT_A_TIME", 2)

    async def story() -> None:
        stored: list[int] = []

        async def store(items: Sequence[int]) -> None:
            stored.extend(items)

        wire = Wire()
        inbox: Inbox[int] = Inbox(store, log=structlog.get_logger())
        for number in range(4):
            inbox.take(number, wire, b"x")
        assert not wire.is_reading
        inbox.open()
        await eventually(lambda: wire.is_reading and len(stored) == 4)
        assert stored == [0, 1, 2, 3]
        await inbox.close()

    run(story())
