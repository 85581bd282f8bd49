"""Send due status reports and uplinks to customers' addresses: the engine of the callback worker.

The thread that calls `push_due` takes callbacks from the outbox and stores outcomes, an event loop
sends (posting.py). Nothing waits for the slowest: what came back is stored at once, in slices, and
each address gets more as soon as it has room (lanes.py) and while it answers (circuit.py).
"""

import time
from collections import defaultdict
from collections.abc import Sequence

import structlog

from messaging.models import CallbackTarget

from . import posting
from .callback import Attempt, Due, claim, give_back, record_attempts
from .circuit import Sighting, Target, callable_targets, note, win_probes
from .lanes import Lanes
from .payload import pushes
from .posting import Outcome, Poster
from .uplink_callback import claim_uplinks

log = structlog.get_logger(__name__)

LOOK_S = 0.05
"""How often a busy worker looks for addresses that something became due to."""

LOOK_TARGETS = 500
"""Addresses looked at together; the next look goes on behind them."""


def push_due(*, budget_s: float) -> int:
    """Attempt due callbacks until none is due or `budget_s` seconds are over; return how many.

    Callbacks that become due meanwhile are attempted, too. What is under way at the end of the
    time is waited for; it has a time limit of its own.
    """
    return _Run().until(time.monotonic() + budget_s)


def has_due() -> bool:
    """Whether anything is due to an address that may be called right now."""
    return bool(callable_targets(after=0, limit=1))


def stop() -> None:
    """Close the kept connections; the next push begins anew."""
    posting.stop()


class _Run:
    """One run of the engine, in the thread that owns the database connection."""

    def __init__(self) -> None:
        self._lanes = Lanes()
        self._poster = Poster()
        self._targets: dict[int, Target] = {}
        self._after = 0
        self._next_look = 0.0
        self._attempted = 0

    def until(self, deadline: float) -> int:
        while True:
            if time.monotonic() < deadline:
                self._look()
                self._begin()
            if not self._lanes.under_way:
                return self._attempted
            self._store(self._poster.gather(timeout_s=LOOK_S))

    def _look(self) -> None:
        """Find the addresses that something is due to; those not known before come first."""
        if time.monotonic() < self._next_look and self._lanes.under_way:
            return
        found = callable_targets(after=self._after, limit=LOOK_TARGETS)
        if self._after and len(found) < LOOK_TARGETS:
            found += callable_targets(after=0, limit=LOOK_TARGETS - len(found))
        self._after = found[-1].pk if len(found) == LOOK_TARGETS else 0
        seen = {target.pk: target for target in found}
        known = {pk: seen.pop(pk) for pk in self._targets if pk in seen}
        self._targets = seen | known
        self._next_look = time.monotonic() + LOOK_S

    def _begin(self) -> None:
        """Take and send as many as there is room for."""
        counts = self._won(self._lanes.grants(self._targets.values()))
        owed: dict[int, list[Due]] = defaultdict(list)
        for callback in self._claim(counts):
            owed[callback.target_id].append(callback)
        for pk in counts:
            target = self._targets.pop(pk)
            if pk in owed and not target.is_half_open:
                self._targets[pk] = target  # behind those that got nothing this time
        for pk, callbacks in owed.items():
            lane = self._lanes[pk]
            group = list(pushes(callbacks, lane.target.kind))
            lane.under_way += len(group)
            self._poster.send(lane, group)

    def _claim(self, counts: dict[int, int]) -> list[Due]:
        """Take what is due; uplinks are read from elsewhere, and only for their addresses."""
        uplinks = {
            pk: count
            for pk, count in counts.items()
            if self._targets[pk].kind == CallbackTarget.Kind.UPLINK
        }
        reports = {pk: count for pk, count in counts.items() if pk not in uplinks}
        return [*claim(reports), *claim_uplinks(uplinks)]

    def _won(self, grants: dict[Target, int]) -> dict[int, int]:
        """Callbacks to take by address; of half-open ones only where this worker may try."""
        half_open = {target.pk for target in grants if target.is_half_open}
        lost = half_open - win_probes(half_open)
        for pk in lost:
            del self._targets[pk]
        return {
            target.pk: count * self._lanes[target.pk].reports_each
            for target, count in grants.items()
            if target.pk not in lost
        }

    def _store(self, outcomes: Sequence[Outcome]) -> None:
        """Store what came back, and let each lane and each circuit learn from it."""
        attempts = [attempt for outcome in outcomes for attempt in _attempts(outcome)]
        record_attempts(attempts)
        give_back(
            [one for outcome in outcomes if not outcome.answer for one in outcome.push.callbacks]
        )
        note(self._learn(outcomes))
        self._attempted += len(attempts)
        failed = sum(not attempt.is_acknowledged for attempt in attempts)
        if failed:
            log.info("callbacks not acknowledged", failed=failed, attempted=len(attempts))

    def _learn(self, outcomes: Sequence[Outcome]) -> dict[int, Sighting]:
        by_target: dict[int, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            by_target[outcome.lane.target.pk].append(outcome)
        sightings = {}
        for pk, group in by_target.items():
            lane = group[0].lane
            lane.under_way -= len(group)
            answers = [outcome.answer for outcome in group if outcome.answer]
            if answers:
                sightings[pk] = lane.learn(answers)
            if lane.is_broken:
                self._targets.pop(pk, None)
        return sightings


def _attempts(outcome: Outcome) -> list[Attempt]:
    answer = outcome.answer
    if answer is None:
        return []
    text = answer.body_start.decode(errors="replace").replace("\x00", "\ufffd")
    return [
        Attempt(callback, answer.status, answer.error or "", answer.elapsed_ms, text)
        for callback in outcome.push.callbacks
    ]
