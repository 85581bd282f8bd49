"""UUIDs from shared random bytes are random ones, and nobody's twice."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

from common.uuids import TAKEN, random_uuid


def take(count: int) -> list[str]:
    return [str(random_uuid()) for _ in range(count)]


def test_they_are_random_uuids():
    made = [random_uuid() for _ in range(3 * TAKEN)]
    assert {(one.version, one.variant) for one in made} == {(4, made[0].variant)}
    assert len(set(made)) == len(made)


def test_threads_get_no_two_alike():
    with ThreadPoolExecutor(8) as pool:
        made = [one for some in pool.map(take, [1_000] * 8) for one in some]
    assert len(set(made)) == 8_000


def test_a_forked_process_makes_others():
    """Bytes that wait in the parent are not the child's, too."""
    random_uuid()
    with multiprocessing.get_context("fork").Pool(1) as child:
        theirs = child.apply(take, (TAKEN,))
    assert not set(theirs) & set(take(TAKEN))
