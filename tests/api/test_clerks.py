"""Small calls: together when they come together, and one that lasts keeps nobody for long."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from api import clerks
from api.clerks import Clerks
from common.rounds import Meeting

TIMEOUT_S = 20
MOST_CALLS = 64


def within_time(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, TIMEOUT_S))


async def all_at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    served = Clerks(most_calls=MOST_CALLS)
    return await asyncio.gather(*map(served.carry_out, calls), return_exceptions=True)


def test_calls_that_come_together_meet():
    sizes: list[int] = []
    meeting = Meeting[int](lambda items: sizes.append(len(items)))
    calls = [lambda: meeting.done(1)] * (MOST_CALLS + 3)
    assert within_time(all_at_once(calls)) == [True] * len(calls)
    assert sum(sizes) == len(calls)
    assert max(sizes) <= MOST_CALLS
    assert len(sizes) < len(calls) / 2


def test_each_gets_its_own_answer_or_error():
    def fails() -> None:
        raise KeyError("mine")

    first, second, third = within_time(all_at_once([lambda: 1, fails, lambda: 3]))
    assert (first, third) == (1, 3)
    assert isinstance(second, KeyError)


def test_a_call_that_lasts_does_not_keep_those_that_come_later():
    go, begun = threading.Event(), threading.Event()

    def lasts() -> str:
        begun.set()
        assert go.wait(TIMEOUT_S)
        return "slow"

    async def scene() -> tuple[str, str]:
        served = Clerks(most_calls=MOST_CALLS)
        slow = served.carry_out(lasts)
        await asyncio.to_thread(begun.wait, TIMEOUT_S)
        quick = await served.carry_out(lambda: "quick")
        assert not slow.done()
        go.set()
        return quick, await slow

    assert within_time(scene()) == ("quick", "slow")


def test_a_round_that_lasts_takes_nobody_else(monkeypatch: pytest.MonkeyPatch):
    """Else those who wait in it would wait for all who come, while the database hangs."""
    monkeypatch.setattr(clerks, "CLERKS", 1)
    order: list[str] = []
    meeting = Meeting[int](lambda _items: order.append("met"))
    never = threading.Event()

    def lasts() -> None:
        never.wait(1.5 * clerks.PATIENCE_S)
        order.append("lasted")

    async def scene() -> None:
        served, all_wait = Clerks(most_calls=MOST_CALLS), threading.Event()
        calls = (all_wait.wait, lambda: meeting.done(1), lasts, lasts, lasts)
        answers = [served.carry_out(call) for call in calls]
        all_wait.set()
        await asyncio.gather(*answers)

    within_time(scene())
    assert order == ["lasted", "met", "lasted", "lasted"]


def test_after_a_round_that_lasted_the_next_ones_are_served():
    async def scene() -> list[int]:
        served = Clerks(most_calls=MOST_CALLS)
        lasting = threading.Event()
        await asyncio.gather(
            served.carry_out(lambda: lasting.wait(3 * clerks.PATIENCE_S)),
            served.carry_out(lambda: 0),
        )
        return [await served.carry_out(lambda number=number: number) for number in range(5)]

    assert within_time(scene()) == list(range(5))


def test_a_client_that_left_disturbs_nobody():
    async def scene() -> str:
        served = Clerks(most_calls=MOST_CALLS)
        gone = served.carry_out(lambda: "nobody asks")
        gone.cancel()
        return await served.carry_out(lambda: "answer")

    assert within_time(scene()) == "answer"


def test_a_fault_in_the_round_itself_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch):
    def fails(_round: object) -> None:
        raise MemoryError

    monkeypatch.setattr(clerks.Round, "end", fails)
    outcomes = within_time(all_at_once([lambda: 1, lambda: 2]))
    assert [type(one) for one in outcomes] == [MemoryError, MemoryError]
