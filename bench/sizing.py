"""What a rate costs: cores by program, out of the CPU time a message was measured to use.

``python -m bench.sizing`` prints the table of docs/scaling.md from ``bench/results.json``.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .plot import RESULTS

RATES = (500, 5_000, 50_000)
"""Messages a second."""
BUSY = 0.5
"""The share of a core to plan with: peaks, vacuum and the loss of a machine need the rest."""
PROGRAMS = ("web", "postgres", "carrier", "callbacks")

Cost = dict[str, float]
"""CPU milliseconds of a message, by program."""


def cost_of_large(summary: dict[str, Any]) -> Cost:
    """A message of a request for 500, from its acceptance to its callback."""
    load = summary["plan"]["long_road"]
    return _per(summary, "end_to_end_long", load["requests"] * load["numbers_each"])


def cost_of_single(summary: dict[str, Any]) -> Cost:
    """A message that has a request of its own: accepted and carried, and its callback."""
    accepted = _per(summary, "accept_1", summary["plan"]["accepting"]["1"]["requests"])
    load = summary["plan"]["pushing"]
    pushed = _per(summary, "push", load["requests"] * load["numbers_each"])
    # Pushing was measured together with accepting and carrying what is pushed, in requests of 500.
    own = {"callbacks": pushed["callbacks"], "postgres": pushed["postgres"]}
    return dict(Counter(accepted) + Counter(own))


def cores(cost: Cost, rate: int) -> dict[str, float]:
    """Cores by program for so many messages a second, each of them busy `BUSY` of the time."""
    return {program: rate * cost.get(program, 0.0) / 1000 / BUSY for program in PROGRAMS}


def table(summary: dict[str, Any]) -> str:
    """Rows of Markdown: a rate, the kind of requests, cores by program and together."""
    head = ("messages/s", "requests", *PROGRAMS, "cores")
    kinds = {"of 500": cost_of_large(summary), "of one": cost_of_single(summary)}
    rows = [
        (f"{rate:,}", kind, *_figures(cores(cost, rate).values()))
        for rate in RATES
        for kind, cost in kinds.items()
    ]
    rule = ("--:", "---", *("--:" for _ in PROGRAMS), "--:")
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _per(summary: dict[str, Any], scenario: str, messages: int) -> Cost:
    programs = summary["scenarios"][scenario]["programs"]
    return {name: programs[name]["cpu_s"] * 1000 / messages for name in PROGRAMS}


def _figures(values: Iterable[float]) -> list[str]:
    values = list(values)
    return [f"{value:.1f}" for value in (*values, sum(values))]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sizing", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS / "results.json")
    summary = json.loads(parser.parse_args().results.read_text(encoding="utf-8"))
    for name, cost in (("500", cost_of_large(summary)), ("one", cost_of_single(summary))):
        words = ", ".join(f"{program} {ms:.3f}" for program, ms in cost.items())
        print(f"CPU ms of a message, requests of {name}: {words}")
    print(table(summary))


if __name__ == "__main__":
    main()
