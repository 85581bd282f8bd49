from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.wire.window import Numbering, Window


def test_numbers_begin_again_at_one():
    numbers = Numbering(3)
    assert [numbers.next() for _ in range(5)] == [1, 2, 3, 1, 2]


def test_an_answer_settles_its_request_once():
    window: Window[str] = Window(2)
    window.add(7, "a", at=0)
    assert (window.free, len(window)) == (1, 1)
    assert window.settle(7) == "a"
    assert window.settle(7) is None
    assert window.settle(99) is None
    assert window.free == 2


def test_what_is_overdue_leaves_and_the_rest_stays():
    window: Window[str] = Window(3)
    for number, at in ((1, 10.0), (2, 11.0), (3, 12.0)):
        window.add(number, str(number), at=at)
    assert window.overdue(11.0) == [(10.0, "1"), (11.0, "2")]
    assert window.overdue(11.0) == []
    assert window.abandon() == ["3"]
    assert len(window) == 0


@given(st.lists(st.integers(1, 30), unique=True), st.lists(st.integers(1, 30)))
def test_places_are_counted_whatever_is_answered(added: list[int], answered: list[int]):
    window: Window[int] = Window(50)
    for number in added:
        window.add(number, number, at=number)
    settled = [number for number in answered if window.settle(number) is not None]
    assert len(settled) == len(set(settled)) == len(set(added) & set(answered))
    assert window.free == 50 - len(added) + len(settled)
