"""What is measured: each scenario is one round of work that returns its figures."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from statistics import quantiles

import uvloop

from . import client
from .carriers import bare_loop, through_connector
from .client import Exchange
from .details import DetailsBench
from .errors import BenchError
from .group import GroupBench
from .limit import BareInsert
from .plan import Load, Plan
from .posting import post
from .protocols import PROTOCOLS
from .receiver import Receiver, receiving
from .rules import rules
from .stack import Stack
from .statistics import counted
from .traffic import Shape, Traffic, Values, reports

REPORTS_TIMEOUT_S = 120.0
PARTS = ("accept", "policy", "road", "carriers", "statistics", "group", "details")
"""In this order: the messages that the last one loads have higher ids than any later ones."""
OWN_ONLY = frozenset({"policy"})
"""Parts that change the rules of the stack they measure."""
PUSH_CONNECTIONS = 50
"""As many as a callback worker opens to one address."""

SHARED = Shape()
PLAIN = Shape(values=Values.NONE)
AKSK = Shape(is_aksk=True)
DIFF = Shape(is_diff=True, values=Values.OWN)
DIFF_PLAIN = Shape(is_diff=True, values=Values.NONE)
DIFF_AKSK = Shape(is_diff=True, is_aksk=True, values=Values.OWN)

Figures = dict[str, float]
Group = list["Scenario"]


@dataclass(frozen=True)
class Scenario:
    """One kind of round; ``limit`` names the scenario that does the same work bare."""

    name: str
    title: str
    run: Callable[[], Figures]
    limit: str = ""
    is_long: bool = False
    """One round is long enough to say something, and takes minutes."""
    is_twin: bool = False
    """It does what its limit does, and something more: their CPU times are compared, too."""
    is_still: bool = False
    """It sends nothing that would have to come to rest."""
    repeats: int = 1
    """Rounds for each round of the plan: a small difference takes many to be seen."""


@dataclass(frozen=True)
class Bench:
    """What the rounds work with."""

    plan: Plan
    stack: Stack
    insert: BareInsert
    traffic: Traffic

    def groups(self, parts: Sequence[str] = PARTS) -> list[Group]:
        """The scenarios of the parts; those of a group take turns: the machine is alike to all."""
        accept = [self._large(), *(self._size(numbers) for numbers in (100, 10)), self._single()]
        by_part = {
            "accept": accept,
            "policy": self._policy(),
            "road": [self._steps(), [self._road(), self._long_road()]],
            "carriers": [self._session(protocol) for protocol in PROTOCOLS],
            "statistics": [self._counted()],
            "group": [self._group()],
            "details": self._details(),
        }
        return [group for part in parts for group in by_part[part]]

    def _large(self) -> Group:
        return [
            self._accepting("accept_500", 500, SHARED, "insert_500"),
            self._accepting("accept_500_alone", 500, SHARED, "insert_500", is_alone=True),
            self._accepting("accept_500_aksk", 500, AKSK, "insert_500"),
            self._inserting("insert_500", 500, Values.SHARED),
            self._accepting("accept_500_plain", 500, PLAIN, "insert_500_plain"),
            self._accepting("diff_500_plain", 500, DIFF_PLAIN, "insert_500_plain"),
            self._inserting("insert_500_plain", 500, Values.NONE),
            self._accepting("diff_500", 500, DIFF, "insert_500_own"),
            self._accepting("diff_500_alone", 500, DIFF, "insert_500_own", is_alone=True),
            self._accepting("diff_500_aksk", 500, DIFF_AKSK, "insert_500_own"),
            self._inserting("insert_500_own", 500, Values.OWN),
        ]

    def _size(self, numbers: int) -> Group:
        limit = f"insert_{numbers}"
        return [
            self._accepting(f"accept_{numbers}", numbers, SHARED, limit),
            self._inserting(limit, numbers, Values.SHARED),
        ]

    def _single(self) -> Group:
        return [
            self._accepting("accept_1", 1, SHARED, "insert_1"),
            self._accepting("accept_1_alone", 1, SHARED, "insert_1", is_alone=True),
            self._accepting("accept_1_aksk", 1, AKSK, "insert_1"),
            self._accepting("diff_1", 1, DIFF, "insert_1"),
            self._inserting("insert_1", 1, Values.SHARED),
        ]

    def _policy(self) -> list[Group]:
        """Accepting with all rules of sending in force, beside accepting without any."""
        return [
            [self._ruled(name, shape, are_on=are_on) for are_on in (True, False)]
            for name, shape in (("accept_500", SHARED), ("diff_500", DIFF))
        ]

    def _ruled(self, name: str, shape: Shape, *, are_on: bool) -> Scenario:
        load = self.plan.accepting[500]
        words = "all rules of sending" if are_on else "no rule of sending"
        call = "batchSendDiffSms" if shape.is_diff else "batchSendSms"

        def run() -> Figures:
            with rules(self.stack, are_on=are_on):
                self._accept(self.plan.rules_warm_up, shape, is_alone=True)
                return self._accept(load, shape, is_alone=True)

        return Scenario(
            f"{name}_{'rules' if are_on else 'free'}",
            f"{call}, {shape.values.value}, {words}, carrier process paused",
            run,
            f"{name}_free" if are_on else "",
        )

    def _accepting(
        self, name: str, numbers: int, shape: Shape, limit: str, *, is_alone: bool = False
    ) -> Scenario:
        call = "batchSendDiffSms" if shape.is_diff else "batchSendSms"
        words = [call, "AK/SK" if shape.is_aksk else "X-WSSE", shape.values.value]
        if is_alone:
            words.append("carrier process paused")
        load = self.plan.accepting[numbers]
        return Scenario(name, ", ".join(words), lambda: self._accept(load, shape, is_alone), limit)

    def _inserting(self, name: str, numbers: int, values: Values) -> Scenario:
        load = self.plan.accepting[numbers]
        title = f"bare INSERT, {values.value}"
        return Scenario(name, title, lambda: self._insert(load, values))

    def _steps(self) -> Group:
        """Parts of the road one at a time, each beside the same work done bare."""
        carrying, pushing = self.plan.carrying, self.plan.pushing
        return [
            Scenario(
                "carry",
                "dispatch, receipts and state changes, one carrier process",
                lambda: uvloop.run(self._carry(carrying)),
                "change_states",
            ),
            Scenario(
                "change_states",
                "the same state changes, bare",
                lambda: self._change_states(carrying),
            ),
            Scenario(
                "push",
                "callbacks, one worker process",
                lambda: uvloop.run(self._push(pushing)),
                "post",
            ),
            Scenario(
                "post",
                "a bare aiohttp loop of the same POSTs",
                lambda: uvloop.run(self._post(pushing)),
            ),
        ]

    def _session(self, protocol: str) -> Group:
        """One session to a carrier, beside the bare codec on a socket."""
        messages = self.plan.carrier_messages
        title = f"{protocol.upper()}, window {PROTOCOLS[protocol].window}"
        bare = f"{protocol}_bare"
        return [
            Scenario(
                protocol,
                f"{title}, one session: submissions with receipts",
                partial(through_connector, protocol, messages),
                bare,
                is_still=True,
            ),
            Scenario(
                bare,
                f"{title}, codec only",
                partial(bare_loop, protocol, messages),
                is_still=True,
            ),
        ]

    def _counted(self) -> Group:
        """Dispatch with its statistics, folding included, beside dispatch without any."""

        def run(is_on: bool) -> Figures:
            with counted(self.stack, is_on=is_on):
                return uvloop.run(self._carry(self.plan.carrying))

        return [
            Scenario(
                "carry_counted",
                "dispatch, receipts and state changes, with statistics",
                lambda: run(is_on=True),
                "carry_uncounted",
                is_twin=True,
                repeats=self.plan.counted_repeats,
            ),
            Scenario(
                "carry_uncounted",
                "the same without statistics",
                lambda: run(is_on=False),
                repeats=self.plan.counted_repeats,
            ),
        ]

    def _details(self) -> list[Group]:
        """The pages about messages, before and after many of them are there."""
        rows = self.plan.details_rows
        bench = DetailsBench(self.stack, rows, self.plan.page_views, self.plan.details_load_s)
        title = f"messages loaded, {rows:,} or what fits into {self.plan.details_load_s:.0f} s"
        load = Scenario("page_load", title, bench.load, is_long=True, is_still=True)

        def looking(when: str) -> Group:
            return [
                Scenario(
                    f"page_{name}_{when}",
                    f"{title}, {when}",
                    partial(bench.look, address),
                    is_long=True,
                    is_still=True,
                )
                for name, (title, address) in bench.pages().items()
            ]

        return [looking("before"), [load], looking("after")]

    def _group(self) -> Group:
        """A group task from its file to its last report; the last file checked is sent to."""
        rows = self.plan.group_rows
        bench = GroupBench(self.stack, self.traffic, rows)
        return [
            Scenario(
                "group_check_xlsx", f"{rows:,} rows of a workbook", bench.check_xlsx, is_long=True
            ),
            Scenario("group_check_csv", f"{rows:,} rows of csv", bench.check_csv, is_long=True),
            Scenario("group_send", f"{rows:,} messages to a group", bench.send, is_long=True),
        ]

    def _road(self) -> Scenario:
        title = "accept → carrier → receipt → callback"
        return Scenario("end_to_end", title, lambda: uvloop.run(self._walk(self.plan.end_to_end)))

    def _long_road(self) -> Scenario:
        load = self.plan.long_road
        title = f"the same for {load.numbers:,} messages"
        return Scenario("end_to_end_long", title, lambda: uvloop.run(self._walk(load)))

    def _accept(self, load: Load, shape: Shape, is_alone: bool) -> Figures:
        requests = self.traffic.requests(load.requests, numbers_each=load.numbers_each, shape=shape)
        sending = client.send(requests, address=self.stack.address, connections=load.connections)
        with self.stack.paused("carrier") if is_alone else nullcontext():
            exchange = uvloop.run(sending)
        exchange.check_accepted(load.numbers)
        return {**_rates(load, exchange.elapsed_s), **_latencies(exchange.latencies_s)}

    def _insert(self, load: Load, values: Values) -> Figures:
        batches = [self.traffic.batch(load.numbers_each, values) for _ in range(load.requests)]
        return _rates(load, self.insert.store(batches, connections=load.connections))

    def _change_states(self, load: Load) -> Figures:
        batches = [
            self.traffic.batch(load.numbers_each, SHARED.values) for _ in range(load.requests)
        ]
        return {"messages_per_s": load.numbers / self.insert.change_states(batches)}

    async def _carry(self, load: Load) -> Figures:
        """The carrier process is held until all messages wait, and then timed."""
        before = self.stack.last_message_id()
        with self.stack.paused("carrier"):
            await self._send(load)
            started = time.perf_counter()
        self.stack.wait_for_the_carrier(after=before)
        return {"messages_per_s": load.numbers / (time.perf_counter() - started)}

    async def _push(self, load: Load) -> Figures:
        """The callback worker is held until all reports are owed, and then timed."""
        before = self.stack.last_message_id()
        async with receiving(load.numbers) as (receiver, url):
            with self.stack.paused("callbacks"):
                await self._send(load, callback=url)
                self.stack.wait_for_the_carrier(after=before)
                started = time.perf_counter()
            await receiver.wait_for_all(timeout_s=REPORTS_TIMEOUT_S)
        return {"callbacks_per_s": load.numbers / (receiver.last_at - started)}

    async def _post(self, load: Load) -> Figures:
        """Reports as long as ours, posted by the load generator itself."""
        async with receiving(load.numbers) as (_receiver, url):
            bodies = reports(load.numbers)
            elapsed_s = await post(bodies, url=url, connections=PUSH_CONNECTIONS)
        return {"callbacks_per_s": load.numbers / elapsed_s}

    async def _send(self, load: Load, callback: str = "") -> Exchange:
        requests = self.traffic.requests(
            load.requests, numbers_each=load.numbers_each, shape=SHARED, callback=callback
        )
        exchange = await client.send(
            requests, address=self.stack.address, connections=load.connections
        )
        exchange.check_accepted(load.numbers)
        return exchange

    async def _walk(self, load: Load) -> Figures:
        async with receiving(load.numbers) as (receiver, url):
            requests = self.traffic.requests(
                load.requests, numbers_each=load.numbers_each, shape=SHARED, callback=url
            )
            started = time.perf_counter()
            exchange = await client.send(
                requests, address=self.stack.address, connections=load.connections
            )
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
    return {
        "numbers_per_s": load.numbers / elapsed_s,
        "requests_per_s": load.requests / elapsed_s,
    }


def _latencies(latencies_s: Sequence[float]) -> Figures:
    percentiles = quantiles(latencies_s, n=100, method="inclusive")
    return {"p50_ms": percentiles[49] * 1000, "p99_ms": percentiles[98] * 1000}
