"""Rounds of scenarios: warm-up, turns, and what the programs used meanwhile."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

import psutil

from .plan import Plan
from .scenarios import Figures, Scenario
from .stack import Stack
from .usage import Usage, usage

GENERATOR = "load generator"


@dataclass(frozen=True)
class Spread:
    """A figure over all rounds."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        values = list(values)
        return cls(median(values), min(values), max(values))


@dataclass
class Result:
    """The figures of a scenario by round, and by program the CPU time of a round and memory."""

    scenario: Scenario
    rounds: list[Figures] = field(default_factory=list)
    used: list[dict[str, Usage]] = field(default_factory=list)

    def spreads(self) -> dict[str, Spread]:
        return {name: self.spread(name) for name in self.rounds[0]}

    def spread(self, figure: str) -> Spread:
        return Spread.of(figures[figure] for figures in self.rounds)

    def programs(self) -> dict[str, Usage]:
        """Median CPU seconds of a round and the highest memory seen after one, by program."""
        return {
            program: Usage(
                cpu_s=median(round_[program].cpu_s for round_ in self.used),
                memory_mb=max(round_[program].memory_mb for round_ in self.used),
            )
            for program in self.used[0]
            if all(program in round_ for round_ in self.used)
        }


def measure(groups: Iterable[list[Scenario]], plan: Plan, stack: Stack) -> list[Result]:
    """Run every group round by round; each round begins when the stack has come to rest.

    The scenarios of a group take turns, in the other order every other round: whoever always came
    second would run on what the first had warmed up, or pay for what it had left.
    """
    left = stack.unfinished()
    results = []
    for group in groups:
        measured = [Result(scenario) for scenario in group]
        rounds = plan.warm_up_rounds + plan.rounds * max(one.repeats for one in group)
        for number in range(rounds):
            for result in _turns(measured, number):
                if result.scenario.is_long and number != plan.warm_up_rounds:
                    continue
                if not result.scenario.is_still:
                    stack.settle(left=left)
                figures, used = _round(result.scenario, stack)
                if number >= plan.warm_up_rounds:
                    result.rounds.append(figures)
                    result.used.append(used)
        results += measured
    return results


def ratios(results: Iterable[Result]) -> dict[str, Spread]:
    """How near each scenario comes to its limit: 1 is the limit, round by round."""
    by_name = {result.scenario.name: result for result in results}
    found = {}
    for result in by_name.values():
        if limit := by_name.get(result.scenario.limit):
            rate = next(iter(limit.rounds[0]))
            found[f"{result.scenario.name}/{limit.scenario.name}"] = Spread.of(
                ours[rate] / bare[rate]
                for ours, bare in zip(result.rounds, limit.rounds, strict=True)
            )
    return found


def cpu_ratios(results: Iterable[Result]) -> dict[str, Spread]:
    """How much CPU time scenarios take that do what their limit does, and something more."""
    by_name = {result.scenario.name: result for result in results}
    found = {}
    for result in by_name.values():
        limit = by_name.get(result.scenario.limit)
        if limit and result.scenario.is_twin:
            found[f"{result.scenario.name}/{limit.scenario.name}"] = Spread.of(
                _cpu_s(ours) / _cpu_s(bare)
                for ours, bare in zip(result.used, limit.used, strict=True)
            )
    return found


def _cpu_s(used: dict[str, Usage]) -> float:
    """The CPU seconds of a round, without those of the load generator."""
    return sum(one.cpu_s for program, one in used.items() if program != GENERATOR)


def _turns(measured: list[Result], number: int) -> list[Result]:
    is_ordered = any(result.scenario.is_long for result in measured)
    return measured if is_ordered or number % 2 == 0 else measured[::-1]


def _round(scenario: Scenario, stack: Stack) -> tuple[Figures, dict[str, Usage]]:
    before = _look(stack)
    began_cpu_s = time.process_time()
    figures = scenario.run()
    generator = Usage(time.process_time() - began_cpu_s, usage([psutil.Process()]).memory_mb)
    used = {
        program: Usage(now.cpu_s - before[program].cpu_s, now.memory_mb)
        for program, now in _look(stack).items()
        if program in before
    }
    return figures, {**used, GENERATOR: generator}


def _look(stack: Stack) -> dict[str, Usage]:
    return {name: usage(processes) for name, processes in stack.programs().items()}
