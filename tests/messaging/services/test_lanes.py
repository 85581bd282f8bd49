"""How an address earns pushes under way, and loses them."""

import pytest

from common.outbound import Answer
from messaging.models import CallbackTarget
from messaging.services.circuit import Target
from messaging.services.lanes import FIRST_WINDOW, LAST_WINDOW, QUICK_MS, Lane


def answers(*, good: int = 0, refused: int = 0, elapsed_ms: int = 5) -> list[Answer]:
    return [Answer(status, elapsed_ms, b"", None) for status in [200] * good + [500] * refused]


@pytest.fixture
def lane() -> Lane:
    return Lane(Target(1, 1, CallbackTarget.Kind.SINGLE, is_half_open=False), window=80)


@pytest.mark.parametrize(
    ("brought", "window"),
    [
        (answers(good=10), 160),
        (answers(good=9, refused=1), 80),
        (answers(good=5, refused=5), 80),
        (answers(good=4, refused=6), FIRST_WINDOW),
        (answers(good=10, elapsed_ms=QUICK_MS), FIRST_WINDOW),
    ],
    ids=["quick", "some refused", "half refused", "mostly refused", "slow"],
)
def test_the_window_follows_the_answers(lane: Lane, brought: list[Answer], window: int):
    lane.learn(brought)
    assert lane.window == window


def test_the_window_has_an_end(lane: Lane):
    for _ in range(10):
        lane.learn(answers(good=10))
    assert lane.window == LAST_WINDOW
