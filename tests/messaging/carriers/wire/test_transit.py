"""What the outcomes of parts mean for a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.base import Answer
from messaging.carriers.wire.transit import UNKNOWN, Outcome, Transit

TAKEN = Outcome("id")
REFUSED = Outcome(error="no")
BUSY = Outcome(error="busy", is_throttled=True)
UNWRITTEN = None
WAIT = Answer(1, is_throttled=True)


def settled(*outcomes: Outcome | None) -> Transit:
    done: list[Transit] = []
    transit = Transit(1, [b""] * len(outcomes), done.append)
    for part, outcome in zip(transit.parts, outcomes, strict=True):
        assert done == []
        part.settle(outcome)
    assert done == [transit]
    return transit


@pytest.mark.parametrize(
    ("outcomes", "answer", "refusals"),
    [
        ((TAKEN,), Answer(1, ("id",)), []),
        ((REFUSED,), Answer(1, error="no"), []),
        ((BUSY,), WAIT, []),
        ((UNWRITTEN,), WAIT, []),
        ((UNKNOWN,), Answer(1), []),
        ((BUSY, UNWRITTEN), WAIT, []),
        ((BUSY, REFUSED), Answer(1, error="no"), []),
        ((REFUSED, UNWRITTEN), Answer(1, error="no"), []),
        # Perhaps the carrier took a part: the message must not be submitted again.
        ((UNKNOWN, BUSY), Answer(1), []),
        ((REFUSED, UNKNOWN), Answer(1), []),
        ((TAKEN, UNKNOWN), Answer(1, ("id", "#1/2")), []),
        ((TAKEN, REFUSED), Answer(1, ("id", "#1/2")), [("#1/2", "no")]),
        ((TAKEN, BUSY), Answer(1, ("id", "#1/2")), [("#1/2", "busy")]),
        (
            (TAKEN, REFUSED, UNWRITTEN),
            Answer(1, ("id", "#1/2", "#1/3")),
            [("#1/2", "no"), ("#1/3", "no")],
        ),
        ((TAKEN, UNWRITTEN), Answer(1, ("id", "#1/2")), []),
    ],
)
def test_answers(outcomes: tuple, answer: Answer, refusals: list):
    transit = settled(*outcomes)
    assert transit.answer() == answer
    assert transit.refusals() == refusals


@given(st.lists(st.sampled_from([TAKEN, REFUSED, BUSY, UNKNOWN, UNWRITTEN]), min_size=1))
def test_only_what_was_surely_not_taken_may_be_submitted_again(outcomes: list):
    answer = settled(*outcomes).answer()
    if answer.is_throttled or answer.error:
        assert TAKEN not in outcomes
        assert UNKNOWN not in outcomes
    if answer.carrier_ids:
        assert len(answer.carrier_ids) == len(outcomes)
