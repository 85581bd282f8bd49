"""How a served carrier treats a part: the scenario numbers of the simulated one, on the wire."""

import random
from collections import Counter

from messaging.carriers.simulated.connector import FAILURE, PART_STEP_S, TIMES_THROTTLED
from messaging.carriers.simulated.scenarios import DELIVERY, Course, Scenario, scenario_of
from messaging.carriers.simulated.settings import SimulatedSettings

from .addresses import from_carrier
from .udh import Place


class Script:
    """Decides by recipient, as docs/simulated-carrier.md says."""

    def __init__(self, behaviour: SimulatedSettings) -> None:
        self._behaviour = behaviour
        self._throttled: Counter[str] = Counter()

    def scenario(self, recipient: str) -> Scenario:
        scenario = scenario_of(from_carrier(recipient))
        ratio = self._behaviour.failure_ratio
        if scenario is DELIVERY and ratio and random.random() < ratio:
            return FAILURE
        return scenario

    def is_throttled(self, scenario: Scenario, recipient: str) -> bool:
        """Whether the carrier is busy now: twice for a number of that scenario, then no more."""
        if scenario.course is not Course.THROTTLED:
            return False
        self._throttled[recipient] += 1
        if self._throttled[recipient] <= TIMES_THROTTLED:
            return True
        del self._throttled[recipient]
        return False

    def delays_s(self, scenario: Scenario, place: Place) -> list[float]:
        """How long after the submission each receipt of a part comes; 0 or more receipts."""
        delay_s = self._behaviour.delay_s
        match scenario.course:
            case Course.SILENT | Course.REFUSED:
                return []
            case Course.EARLY:
                return [0.0]
            case Course.REPEATED:
                return [delay_s, delay_s]
            case Course.REVERSED:
                return [delay_s + PART_STEP_S * (place.total - place.number)]
            case Course.SLOW:
                return [self._behaviour.slow_delay_s]
            case _:
                return [delay_s]
