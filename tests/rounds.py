"""Calls that are carried out as one round, as those of a web server that come together."""

from collections.abc import Callable, Sequence
from typing import Any

from common.rounds import Ended, Round


def in_a_round(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the calls of one round returned; the first error is raised."""
    outcomes: dict[int, Any] = {}

    def tell(ended: list[Ended[int]]) -> None:
        for one in ended:
            if one.error:
                raise one.error
            outcomes[one.key] = one.answer

    round_ = Round[int](tell)
    for number, call in enumerate(calls):
        round_.begin(number, call)
    round_.end()
    return [outcomes[number] for number in range(len(calls))]
