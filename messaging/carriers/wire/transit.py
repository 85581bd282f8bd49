"""A message on its way over a link: its parts, and what the carrier said to each of them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from messaging.carriers.base import Answer


class Outcome(NamedTuple):
    """What became of a part that was written.

    Accepted: `carrier_id`. Refused: `error`. Refused because too much came: `error` with
    `is_throttled`. None of these: no answer came.
    """

    carrier_id: str = ""
    error: str = ""
    is_throttled: bool = False


UNKNOWN = Outcome()


class Part:
    """One part: the body of its protocol message, which waits for a place in a window."""

    __slots__ = ("body", "index", "times_throttled", "transit")

    def __init__(self, transit: "Transit", index: int, body: bytes) -> None:
        self.transit = transit
        self.index = index
        self.body = body
        self.times_throttled = 0

    def settle(self, outcome: Outcome | None) -> None:
        """The part is done; None when it was never written."""
        self.transit.settle(self.index, outcome)


class Transit:
    """Collects the outcomes of a message's parts and calls `done` with itself after the last."""

    __slots__ = ("_done", "_open", "_outcomes", "is_accepted", "is_refused", "message_id", "parts")

    def __init__(
        self, message_id: int, bodies: Sequence[bytes], done: "Callable[[Transit], None]"
    ) -> None:
        self.message_id = message_id
        self.parts = [Part(self, index, body) for index, body in enumerate(bodies)]
        self.is_accepted = False
        """Whether the carrier took a part: the others must follow then."""
        self.is_refused = False
        self._outcomes: list[Outcome | None] = [None] * len(bodies)
        self._open = len(bodies)
        self._done = done

    @property
    def is_given_up(self) -> bool:
        """Whether parts that are not written yet need not be: the carrier wants none of it."""
        return self.is_refused and not self.is_accepted

    def settle(self, index: int, outcome: Outcome | None) -> None:
        self._outcomes[index] = outcome
        if outcome:
            self.is_accepted |= bool(outcome.carrier_id)
            self.is_refused |= bool(outcome.error)
        self._open -= 1
        if not self._open:
            self._done(self)

    def answer(self) -> Answer:
        """The answer to the whole message.

        Where the carrier took some parts only, the others get names of our own; `refusals` says
        which of them need a receipt.
        """
        outcomes = self._outcomes
        if self.is_accepted:
            return Answer(
                self.message_id,
                tuple(
                    (outcome and outcome.carrier_id) or own_name(self.message_id, index)
                    for index, outcome in enumerate(outcomes)
                ),
            )
        if UNKNOWN in outcomes:
            return Answer(self.message_id)
        refused = next((one for one in outcomes if one and not one.is_throttled), None)
        if refused:
            return Answer(self.message_id, error=refused.error)
        return Answer(self.message_id, is_throttled=True)

    def refusals(self) -> list[tuple[str, str]]:
        """Name and code of the parts that were refused although others were taken.

        One that was not even written because of that has the code of the refusal.
        """
        errors = [outcome.error for outcome in self._outcomes if outcome and outcome.error]
        if not (self.is_accepted and errors):
            return []
        return [
            (own_name(self.message_id, index), outcome.error if outcome else errors[0])
            for index, outcome in enumerate(self._outcomes)
            if outcome is None or outcome.error
        ]


def own_name(message_id: int, index: int) -> str:
    """What a part is called that the carrier gave no id; no carrier's id looks like it."""
    return f"#{message_id}/{index + 1}"
