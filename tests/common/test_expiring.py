"""A small cache of a process, between threads."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from common import expiring
from common.expiring import Expiring


class Source:
    """Counts how often it is read, and may be slow about it."""

    def __init__(self) -> None:
        self.reads = 0
        self.reading = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def read(self, _key: str) -> int:
        self.reads += 1
        self.reading.set()
        assert self.may_answer.wait(timeout=30)
        return self.reads


def cache_of(source: Source, lifetime_s: float) -> Expiring[str, int]:
    return Expiring(source.read, lifetime_s=lambda: lifetime_s)


@pytest.fixture
def source() -> Source:
    return Source()


def test_an_entry_is_remembered_until_it_is_cleared(source: Source):
    cache = cache_of(source, 60)
    assert [cache.get("a"), cache.get("a")] == [1, 1]
    cache.clear()
    assert cache.get("a") == 2


def test_a_lifetime_of_nothing_remembers_nothing(source: Source):
    cache = cache_of(source, 0)
    assert [cache.get("a"), cache.get("a")] == [1, 2]


def test_one_thread_loads_what_is_over_and_the_others_do_not_wait(source: Source):
    cache = cache_of(source, 1e-9)
    cache.get("a")
    source.reading.clear()
    source.may_answer.clear()
    with ThreadPoolExecutor() as others:
        loading = others.submit(cache.get, "a")
        assert source.reading.wait(timeout=30)
        assert [cache.get("a") for _ in range(3)] == [1, 1, 1]
        source.may_answer.set()
        assert loading.result(timeout=30) == 2
    assert source.reads == 2


def test_it_never_holds_more_than_its_limit(source: Source):
    cache: Expiring[str, int] = Expiring(source.read, lifetime_s=lambda: 60.0, limit=2)
    for key in "abc":
        cache.get(key)
    cache.get("a")
    assert source.reads == 4


@pytest.fixture
def hearing() -> Iterator[None]:
    expiring.hear(hears=True)
    yield
    expiring.hear(hears=False)


@pytest.mark.usefixtures("hearing")
def test_entries_whose_changes_are_heard_of_live_longer(source: Source):
    cache = Expiring(source.read, lifetime_s=lambda: 1e-9, is_announced=True)
    assert [cache.get("a"), cache.get("a")] == [1, 1]
    other = cache_of(source, 1e-9)
    assert [other.get("a"), other.get("a")] == [2, 3]
    never = Expiring(source.read, lifetime_s=lambda: 0.0, is_announced=True)
    assert [never.get("a"), never.get("a")] == [4, 5]


def test_what_was_read_before_a_change_is_not_remembered(source: Source):
    cache = cache_of(source, 60)
    source.may_answer.clear()
    with ThreadPoolExecutor() as others:
        loading = others.submit(cache.get, "a")
        assert source.reading.wait(timeout=30)
        cache.clear()
        source.may_answer.set()
        assert loading.result(timeout=30) == 1
    assert cache.get("a") == 2
