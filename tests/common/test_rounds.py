"""Calls of a round meet once, end each in its own way, and wait for nobody who steps aside."""

import threading
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import pytest

from common.rounds import Ended, Meeting, Round, may_stop, step_aside


class Works:
    """Keeps what it was asked to do at a time; negative items make it fail."""

    def __init__(self) -> None:
        self.times: list[list[int]] = []
        self.meeting = Meeting(self.act)

    def act(self, items: Sequence[int]) -> None:
        self.times.append(list(items))
        if any(item < 0 for item in items):
            raise ValueError


def run(*calls: Callable[[], Any]) -> list[list[Ended[int]]]:
    """What was told of the calls, as often as something was told."""
    told: list[list[Ended[int]]] = []
    round_ = Round[int](told.append)
    for key, call in enumerate(calls):
        round_.begin(key, call)
    round_.end()
    return told


def answers(told: list[list[Ended[int]]]) -> dict[int, Any]:
    return {one.key: one.answer for some in told for one in some}


@pytest.fixture
def works() -> Works:
    return Works()


def test_those_who_meet_are_served_at_once(works: Works):
    told = run(*(lambda item=item: works.meeting.done(item) for item in range(5)))
    assert works.times == [[0, 1, 2, 3, 4]]
    assert answers(told) == dict.fromkeys(range(5), True)


def test_one_that_meets_nobody_waits_for_nobody(works: Works):
    told = run(lambda: "no meeting", lambda: works.meeting.done(1))
    assert [[one.key for one in some] for some in told] == [[0], [1]]


def test_a_failed_meeting_is_told_to_all_and_spoils_no_other(works: Works):
    other = Works()
    told = run(
        lambda: works.meeting.done(1),
        lambda: works.meeting.done(-1),
        lambda: other.meeting.done(2),
    )
    assert answers(told) == {0: False, 1: False, 2: True}


def test_calls_may_meet_again(works: Works):
    def twice() -> list[bool]:
        return [works.meeting.done(1), works.meeting.done(2)]

    assert answers(run(twice, twice)) == {0: [True, True], 1: [True, True]}
    assert works.times == [[1, 1], [2, 2]]


def test_who_steps_aside_keeps_nobody(works: Works):
    order: list[str] = []

    def slow() -> None:
        step_aside()
        order.append("slow")

    def quick() -> None:
        works.meeting.done(1)
        order.append("quick")

    told = run(slow, quick, slow)
    assert order == ["quick", "slow", "slow"]
    assert [[one.key for one in some] for some in told] == [[1], [0], [2]]


def test_an_error_is_told_with_its_call(works: Works):
    def fails() -> None:
        works.meeting.done(1)
        raise SystemExit(3)

    told = [one for some in run(fails, lambda: works.meeting.done(2)) for one in some]
    assert [(one.key, type(one.error)) for one in told] == [(0, SystemExit), (1, type(None))]


def test_outside_a_round_nobody_waits(works: Works):
    assert not may_stop()
    assert works.meeting.done(1) is False
    step_aside()
    assert works.times == []


def test_a_meeting_is_no_part_of_the_round():
    """What it does may not wait for the calls that wait for it."""
    seen: list[bool] = []
    meeting = Meeting[int](lambda _items: seen.append(may_stop()))

    def call() -> bool:
        meeting.done(1)
        return may_stop()

    assert answers(run(call, call)) == {0: True, 1: True}
    assert seen == [False]


def test_another_thread_is_in_no_round(works: Works):
    def call() -> list[bool]:
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: seen.append(may_stop()))
        thread.start()
        thread.join()
        return seen

    assert answers(run(call)) == {0: [False]}


def test_what_a_call_sets_in_its_context_no_other_sees(works: Works):
    language = ContextVar("language", default="none")

    def call(own: str) -> str:
        language.set(own)
        works.meeting.done(1)
        return language.get()

    told = run(lambda: call("en"), lambda: call("zh"), language.get)
    assert answers(told) == {0: "en", 1: "zh", 2: "none"}
