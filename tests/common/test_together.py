"""What threads want at the same time is done at once, and nobody is forgotten."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.together import Together


class Works:
    """Keeps the rounds; the first one lasts until it is let go."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.begun = threading.Event()
        self.go = threading.Event()

    def act(self, items: Sequence[int]) -> None:
        self.rounds.append(list(items))
        self.begun.set()
        assert self.go.wait(10)
        if any(item < 0 for item in items):
            raise ValueError


def do_all(works: Works, first: int, others: Sequence[int], most: int) -> list[bool]:
    """Do the first item, and the others while it is being done."""
    together = Together(works.act, most=most)
    arrived = threading.Semaphore(0)

    def do(item: int) -> bool:
        arrived.release()
        return together.do(item)

    with ThreadPoolExecutor(1 + len(others)) as pool:
        answers = [pool.submit(together.do, first)]
        assert works.begun.wait(10)
        answers += [pool.submit(do, item) for item in others]
        for _ in others:
            assert arrived.acquire(timeout=10)
        while len(together._waiting) < len(others):
            pass  # between `arrived` and its place in the row there is nothing to wait for
        works.go.set()
        return [answer.result(10) for answer in answers]


def test_who_comes_meanwhile_is_the_next_round():
    works = Works()
    assert do_all(works, 0, range(1, 9), most=100) == [True] * 9
    assert works.rounds[0] == [0]
    assert sorted(works.rounds[1]) == list(range(1, 9))
    assert len(works.rounds) == 2


def test_a_round_is_no_longer_than_allowed():
    works = Works()
    assert do_all(works, 0, range(1, 8), most=3) == [True] * 8
    assert [len(round_) for round_ in works.rounds] == [1, 3, 3, 1]


def test_a_failed_round_is_told_to_all_of_it_and_to_nobody_else():
    works = Works()
    assert do_all(works, 0, [1, -1, 2], most=3) == [True, False, False, False]
    assert Together(works.act, most=3).do(5)


def test_an_interrupted_round_lets_the_others_go():
    def act(_items: Sequence[int]) -> None:
        raise KeyboardInterrupt

    together = Together(act, most=2)
    with pytest.raises(KeyboardInterrupt):
        together.do(1)
    assert not together._is_led


def test_everything_is_done_exactly_once():
    seen: list[int] = []
    together = Together(seen.extend, most=7)
    with ThreadPoolExecutor(24) as pool:
        assert all(pool.map(together.do, range(3_000)))
    assert sorted(seen) == list(range(3_000))
