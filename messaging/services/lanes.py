"""How many callbacks each address may have under way, so that none holds up another.

An address begins with a few at a time and earns more by answering quickly; it loses them when it
is slow or fails mostly. One that refuses some pushes quickly keeps what it has, as it holds nobody
up. What all addresses of one customer hold is bounded, and so is the whole.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from common.outbound import Answer
from messaging.models import CallbackTarget

from .circuit import FAILURES_TO_OPEN, Sighting, Target, is_alive
from .payload import BATCH_SIZE, Push

CONNECTIONS = 50
"""Requests under way at a time to one address."""

CUSTOMER_CONNECTIONS = 100
TOTAL_CONNECTIONS = 500
"""Requests under way at a time for one customer, and in one worker process."""

FIRST_WINDOW = 10
LAST_WINDOW = 400
"""Pushes taken from the outbox for one address at a time: at first, and when it is quick."""

QUICK_MS = 500


@dataclass(slots=True)
class Lane:
    """The way to one address, as this worker knows it."""

    target: Target
    window: int = FIRST_WINDOW
    under_way: int = 0
    failures: int = 0
    queue: deque[Push] = field(default_factory=deque)
    """Pushes that no connection is free for yet; the event loop's, as is `senders`."""
    senders: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether what is still queued here should not be sent any more."""
        return self.failures >= FAILURES_TO_OPEN

    @property
    def held(self) -> int:
        """Connections that this address holds at most."""
        return min(self.under_way, CONNECTIONS)

    @property
    def free(self) -> int:
        """Pushes that may be added; none before they are worth a statement."""
        free = self.window - self.under_way
        return free if free * 4 >= self.window else 0

    @property
    def reports_each(self) -> int:
        """Callbacks in one push to this address."""
        return BATCH_SIZE if self.target.kind == CallbackTarget.Kind.BATCH else 1

    def learn(self, answers: Sequence[Answer]) -> Sighting:
        """Widen or narrow the way by what a slice of pushes brought; return what it showed."""
        failed = sum(not is_alive(answer) for answer in answers)
        sighting = Sighting(failed < len(answers), failed, self.target.is_half_open)
        self.failures = 0 if sighting.is_alive else self.failures + failed
        is_slow = max(answer.elapsed_ms for answer in answers) >= QUICK_MS
        if is_slow or failed * 2 > len(answers):
            self.window = FIRST_WINDOW
        elif not failed:
            self.window = min(self.window * 2, LAST_WINDOW)
        return sighting


class Lanes:
    """The ways of one run."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}

    def __getitem__(self, target_id: int) -> Lane:
        return self._lanes[target_id]

    @property
    def under_way(self) -> int:
        return sum(lane.under_way for lane in self._lanes.values())

    def grants(self, targets: Iterable[Target]) -> dict[Target, int]:
        """How many pushes each of these addresses may begin now; those with none are left out."""
        by_customer: Counter[int] = Counter()
        for lane in self._lanes.values():
            by_customer[lane.target.customer_id] += lane.held
        total = by_customer.total()
        grants = {}
        for target in targets:
            lane = self._lane(target)
            room = min(
                CUSTOMER_CONNECTIONS - by_customer[target.customer_id], TOTAL_CONNECTIONS - total
            )
            granted = self._granted(lane, room)
            if granted:
                added = min(lane.under_way + granted, CONNECTIONS) - lane.held
                by_customer[target.customer_id] += added
                total += added
                grants[target] = granted
        return grants

    def _lane(self, target: Target) -> Lane:
        lane = self._lanes.get(target.pk)
        if lane is None or (not lane.under_way and (lane.is_broken or lane.target != target)):
            lane = self._lanes[target.pk] = Lane(target)
        return lane

    def _granted(self, lane: Lane, room: int) -> int:
        """A lane that fills its connections already may queue more behind them."""
        if lane.target.is_half_open:
            return 1 if not lane.under_way and room > 0 else 0
        if lane.is_broken:
            return 0
        more_connections = min(lane.free, CONNECTIONS - lane.held)
        return lane.free if more_connections <= room else max(room, 0)
