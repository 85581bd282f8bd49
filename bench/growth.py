"""What one more process, message or customer costs: ``python -m bench.growth --help``.

One axis grows at a time; each point is the median of rounds on a stack of its own or, where the
axis is data, on the same stack with more of it.
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from . import client
from .crowd import copies
from .errors import BenchError
from .plan import Load
from .plot import PICTURES, draw_growth
from .receiver import receiving
from .stack import ROOT, Stack, own_stack
from .traffic import Shape, Traffic

Point = dict[str, float]
Start = Callable[..., AbstractContextManager[Stack]]
"""Starts a stack with so many processes of a kind: `own_stack` in a folder."""
NUMBERS_PER_REQUEST = 500
TIMEOUT_S = 300.0

# As a day of traffic is: all delivered, of the demo customer, one request for 500 messages.
_STORE = """
WITH base AS (
    SELECT (current_date - date '2020-01-01' - %(days_ago)s)::bigint * 1000000000 + 500000000 AS id
), request AS (
    INSERT INTO messaging_sendrequest
        (id, uuid, customer_id, application_id, source, type, template_version_id, signature_id,
         signature_name, sender, channel_id, extend, variables, count, created_at, priority,
         dispatch)
    SELECT base.id + n * 500, gen_random_uuid(), one.customer_id, one.application_id, 1, one.type,
           one.template_version_id, one.signature_id, one.signature_name, one.sender,
           one.channel_id, '', one.variables, 500,
           now() - %(days_ago)s * interval '1 day', one.priority, 2
    FROM base, generate_series(%(first)s::bigint, %(last)s::bigint) AS n,
         (SELECT * FROM messaging_sendrequest ORDER BY id DESC LIMIT 1) AS one
    RETURNING id, customer_id, created_at
)
INSERT INTO messaging_message
    (id, request_id, customer_id, recipient, state, parts, parts_open, code, submitted_at,
     finished_at)
SELECT request.id + n, request.id, customer_id, '+86139' || lpad((request.id + n)::text, 8, '0'),
       10, 1, 0, 'DELIVRD', created_at, created_at
FROM request, generate_series(0, 499) AS n
"""
DAYS = 3
"""Older messages spread over so many days before today."""
STEP = 2_000
"""Requests stored by one statement."""


@dataclass(frozen=True)
class Sizes:
    """The points of each axis, and the work of a round."""

    processes: tuple[int, ...]
    messages: tuple[int, ...]
    customers: tuple[int, ...]
    busy: tuple[int, ...]
    rounds: int
    large: Load
    single: Load
    road: Load


FULL = Sizes(
    processes=(1, 2, 4),
    messages=(1_000, 1_000_000, 10_000_000, 50_000_000),
    customers=(1, 10, 100, 1_000),
    busy=(1, 10, 50, 200),
    rounds=5,
    large=Load(requests=50, numbers_each=500, connections=4),
    single=Load(requests=4_000, numbers_each=1, connections=128),
    road=Load(requests=40, numbers_each=500, connections=4),
)
SMALL = Sizes(
    processes=(1, 2),
    messages=(1_000, 2_000),
    customers=(1, 3),
    busy=(1, 3),
    rounds=1,
    large=Load(requests=2, numbers_each=500, connections=2),
    single=Load(requests=10, numbers_each=1, connections=2),
    road=Load(requests=2, numbers_each=500, connections=2),
)


class Growth:
    """The axes; each gives its points in order, as figures by the axis's value."""

    def __init__(self, sizes: Sizes, start: Start) -> None:
        self._sizes = sizes
        self._start = start

    def axes(self) -> dict[str, Callable[[], Iterator[tuple[int, Point]]]]:
        return {
            "web processes": self.web_processes,
            "carrier processes": self.carrier_processes,
            "stored messages": self.stored_messages,
            "customers": self.customers,
            "busy applications": self.busy_applications,
        }

    def web_processes(self) -> Iterator[tuple[int, Point]]:
        for count in self._sizes.processes:
            with self._start(web=count) as stack:
                yield count, self._accepting(stack, [Traffic(stack)])

    def carrier_processes(self) -> Iterator[tuple[int, Point]]:
        for count in self._sizes.processes:
            with self._start(carriers=count) as stack:
                yield count, self._road(stack, Traffic(stack))

    def stored_messages(self) -> Iterator[tuple[int, Point]]:
        with self._start() as stack:
            traffic = Traffic(stack)
            self._accepting(stack, [traffic])  # something to copy
            stored = 0
            for count in self._sizes.messages:
                _fill(stack, stored, count)
                stored = count
                yield count, self._accepting(stack, [traffic]) | self._road(stack, traffic)

    def customers(self) -> Iterator[tuple[int, Point]]:
        yield from self._crowds(self._sizes.customers, busy=1)

    def busy_applications(self) -> Iterator[tuple[int, Point]]:
        yield from self._crowds(self._sizes.busy, busy=max(self._sizes.busy))

    def _crowds(self, sizes: tuple[int, ...], busy: int) -> Iterator[tuple[int, Point]]:
        """So many customers, of whom at most `busy` send at the same time."""
        with self._start() as stack:
            traffics = [Traffic(stack)]
            for size in sizes:
                made = copies(stack, size - len(traffics))
                traffics += [Traffic(replace(stack, demo=stack.demo | one)) for one in made]
                yield size, self._accepting(stack, traffics[-busy:])

    def _accepting(self, stack: Stack, traffics: list[Traffic]) -> Point:
        large = [self._send(stack, traffics, self._sizes.large) for _ in self._rounds()]
        single = [self._send(stack, traffics, self._sizes.single) for _ in self._rounds()]
        return {"numbers_per_s_at_500": median(large), "requests_per_s_of_1": median(single)}

    def _send(self, stack: Stack, traffics: list[Traffic], load: Load) -> float:
        """Numbers accepted in a second, from all senders in turn."""
        stack.settle(left=0)
        shape = Shape()
        turns = itertools.islice(itertools.cycle(traffics), load.requests)
        requests = [
            one.requests(1, numbers_each=load.numbers_each, shape=shape)[0] for one in turns
        ]
        sending = client.send(requests, address=stack.address, connections=load.connections)
        exchange = uvloop.run(sending)
        exchange.check_accepted(load.numbers)
        return load.numbers / exchange.elapsed_s

    def _road(self, stack: Stack, traffic: Traffic) -> Point:
        rates = [uvloop.run(self._walk(stack, traffic)) for _ in self._rounds()]
        return {"end_to_end_messages_per_s": median(rates)}

    async def _walk(self, stack: Stack, traffic: Traffic) -> float:
        load = self._sizes.road
        stack.settle(left=0)
        async with receiving(load.numbers) as (receiver, url):
            requests = traffic.requests(
                load.requests, numbers_each=load.numbers_each, shape=Shape(), callback=url
            )
            started = time.perf_counter()
            exchange = await client.send(
                requests, address=stack.address, connections=load.connections
            )
            await receiver.wait_for_all(timeout_s=TIMEOUT_S)
        exchange.check_accepted(load.numbers)
        return load.numbers / (receiver.last_at - started)

    def _rounds(self) -> range:
        return range(self._sizes.rounds)


def _fill(stack: Stack, stored: int, wanted: int) -> None:
    """Store messages until there are `wanted`, of which `stored` are there already."""
    per_day = NUMBERS_PER_REQUEST * DAYS
    first, end = stored // per_day, wanted // per_day
    with stack.connect() as connection:
        connection.execute(
            "SELECT messaging_make_partitions(today - %s, today)"
            " FROM (SELECT current_date - date '2020-01-01' AS today) AS day",
            [DAYS],
        )
        for days_ago, start in itertools.product(range(1, DAYS + 1), range(first, end, STEP)):
            last = min(start + STEP, end) - 1
            parameters = {"days_ago": days_ago, "first": start, "last": last}
            connection.execute(_STORE, parameters)
        connection.execute("VACUUM ANALYZE messaging_message")


def main() -> int:
    options = _parser().parse_args()
    growth = Growth(SMALL if options.small else FULL, partial(own_stack, options.local))
    results: dict[str, list[dict[str, Any]]] = {}
    try:
        for axis, points in growth.axes().items():
            if options.only in ("", axis):
                results[axis] = [{"at": at, **figures} for at, figures in points()]
                print(json.dumps({axis: results[axis]}, indent=1), flush=True)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    options.output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for file in draw_growth(results, options.pictures):
        print(file)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--small", action="store_true", help="tiny counts: does it work at all")
    parser.add_argument("--only", default="", help="one axis, e.g. 'stored messages'")
    parser.add_argument("--local", type=Path, default=ROOT / ".local" / "bench-growth")
    parser.add_argument("--output", type=Path, default=ROOT / "bench" / "growth.json")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="folder of the plots")
    return parser


if __name__ == "__main__":
    sys.exit(main())
