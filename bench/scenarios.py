"""What is measured: each scenario is one round of work that returns its figures."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

import uvloop

from . import client
from .client import Exchange
from .errors import BenchError
from .limit import BareInsert
from .receiver import Receiver, receiving
from .stack import Stack
from .traffic import Traffic

REPORTS_TIMEOUT_S = 300.0

Figures = dict[str, float]


@dataclass(frozen=True)
class Load:
    """So many requests to so many numbers each, over so many connections."""

    requests: int
    numbers_each: int
    connections: int

    @property
    def numbers(self) -> int:
        return self.requests * self.numbers_each


@dataclass(frozen=True)
class Plan:
    """How much work a measurement does."""

    name: str
    rounds: int
    warm_up_rounds: int
    batches: Load
    singles: Load
    end_to_end: Load


FULL = Plan(
    name="full",
    rounds=5,
    warm_up_rounds=1,
    batches=Load(requests=100, numbers_each=500, connections=4),
    singles=Load(requests=3000, numbers_each=1, connections=8),
    end_to_end=Load(requests=40, numbers_each=500, connections=4),
)
SMALL = Plan(
    name="small",
    rounds=2,
    warm_up_rounds=1,
    batches=Load(requests=2, numbers_each=500, connections=2),
    singles=Load(requests=20, numbers_each=1, connections=2),
    end_to_end=Load(requests=2, numbers_each=500, connections=2),
)


@dataclass(frozen=True)
class Scenario:
    """One kind of round; ``limit`` names the scenario that does the same work bare."""

    name: str
    title: str
    run: Callable[[], Figures]
    limit: str = ""


def scenarios(plan: Plan, stack: Stack, insert: BareInsert) -> list[list[Scenario]]:
    """All scenarios; those of a group take turns, so that the machine treats them alike."""
    traffic = Traffic(stack)

    def accepting(load: Load) -> Callable[[], Figures]:
        return lambda: _accept(load, stack, traffic)

    def inserting(load: Load) -> Callable[[], Figures]:
        return lambda: _insert(load, insert, traffic)

    return [
        [
            Scenario(
                "accept_500", "accept, 500 numbers each", accepting(plan.batches), "insert_500"
            ),
            Scenario("insert_500", "bare INSERT of the same rows", inserting(plan.batches)),
        ],
        [
            Scenario("accept_1", "accept, 1 number each", accepting(plan.singles), "insert_1"),
            Scenario("insert_1", "bare INSERT of the same rows", inserting(plan.singles)),
        ],
        [
            Scenario(
                "end_to_end",
                "accept → carrier → receipt → callback",
                lambda: _end_to_end(plan.end_to_end, stack, traffic),
            )
        ],
    ]


def _accept(load: Load, stack: Stack, traffic: Traffic) -> Figures:
    requests = traffic.requests(load.requests, numbers_each=load.numbers_each)
    exchange = uvloop.run(
        client.send(requests, address=stack.address, connections=load.connections)
    )
    exchange.check_accepted(load.numbers)
    return {**_rates(load, exchange.elapsed_s), **_latencies(exchange.latencies_s)}


def _insert(load: Load, insert: BareInsert, traffic: Traffic) -> Figures:
    requests = [traffic.numbers(load.numbers_each) for _ in range(load.requests)]
    return _rates(load, insert.store(requests, connections=load.connections))


def _end_to_end(load: Load, stack: Stack, traffic: Traffic) -> Figures:
    return uvloop.run(_walk_the_road(load, stack, traffic))


async def _walk_the_road(load: Load, stack: Stack, traffic: Traffic) -> Figures:
    async with receiving(load.numbers) as (receiver, url):
        requests = traffic.requests(load.requests, numbers_each=load.numbers_each, callback=url)
        started = time.perf_counter()
        exchange = await client.send(requests, address=stack.address, connections=load.connections)
        await receiver.wait_for_all(timeout_s=REPORTS_TIMEOUT_S)
    exchange.check_accepted(load.numbers)
    _check_reports(exchange, receiver)
    return {
        "messages_per_s": load.numbers / (receiver.last_at - started),
        "callbacks_per_s": load.numbers / (receiver.last_at - receiver.first_at),
    }


def _check_reports(exchange: Exchange, receiver: Receiver) -> None:
    promised = {message_id for answer in exchange.answers for message_id in client.ids(answer)}
    reported = {message_id for message_id, _ in receiver.reports}
    if reported != promised:
        raise BenchError(f"{len(reported ^ promised)} smsMsgIds of answers and reports differ")


def _rates(load: Load, elapsed_s: float) -> Figures:
    requests = {"requests_per_s": load.requests / elapsed_s}
    return requests if load.numbers_each == 1 else {"numbers_per_s": load.numbers / elapsed_s}


def _latencies(latencies_s: Sequence[float]) -> Figures:
    percentiles = quantiles(latencies_s, n=100, method="inclusive")
    return {"p50_ms": percentiles[49] * 1000, "p99_ms": percentiles[98] * 1000}
