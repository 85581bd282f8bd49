import asyncio
import contextlib
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime

import structlog

from messaging.carriers.base import (
    Answer,
    ChannelSettings,
    Connector,
    Receipt,
    ReceiptSink,
    Recollection,
    SessionState,
    Submission,
    UplinkSink,
)
from messaging.carriers.rate import TokenBucket

from .network import NOBODY, Network, OwedPart, network_file
from .scenarios import DELIVERY, Course, Scenario, scenario_of
from .settings import SimulatedSettings

log = structlog.get_logger(__name__)

RECEIPTS_AT_A_TIME = 1000
REPLIES_AT_A_TIME = 100
LOOK_FOR_REPLIES_S = 0.25
FORGET_EVERY = 100
"""Slices of receipts between two clean-ups of the network's memory."""
RETRY_S = 1.0
TIMES_THROTTLED = 2
"""How often the carrier is busy before it takes a message to the *throttled* number."""
FAILURE = Scenario("", "UNDELIV", "")
PART_STEP_S = 0.2
"""Between the receipts of parts that come in reverse order."""
AGAIN = "/again"
"""Ends the name of a receipt's second copy in the network's memory."""


class SimulatedConnector(Connector):
    """Takes messages and sends their receipts, as their numbers and the channel's settings say."""

    name = "simulated"

    def __init__(
        self, settings: ChannelSettings, receipts: ReceiptSink, uplinks: UplinkSink
    ) -> None:
        super().__init__(settings, receipts, uplinks)
        self._behaviour = SimulatedSettings.of(settings.config).at_speed(settings.speed)
        self._given = asyncio.Event()
        self._throttled: Counter[int] = Counter()
        self._opened_at: float | None = None
        self._in_flight = self._written = 0

    @property
    def sessions(self) -> Sequence[SessionState]:
        """One, which is up from the opening on."""
        up_for_s = None if self._opened_at is None else time.monotonic() - self._opened_at
        return [SessionState("network", up_for_s, self._in_flight, self._written, "")]

    async def open(self) -> None:
        file = network_file(self.settings.folder, self.settings.channel_id)
        self._network = await asyncio.to_thread(Network, file)
        self._opened_at = time.monotonic()
        self._at_work = [
            asyncio.create_task(self._for_ever(self._report_what_is_due)),
            asyncio.create_task(self._for_ever(self._hand_over_replies)),
        ]

    async def close(self) -> None:
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)
        self._network.close()

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        moment = time.time()
        answers: list[Answer] = []
        owed: list[OwedPart] = []
        early: list[OwedPart] = []
        for one in submissions:
            scenario = self._scenario(one)
            answer = self._answer(one, scenario)
            answers.append(answer)
            parts = self._owed(answer, scenario, moment)
            owed += parts
            if scenario.course is Course.EARLY:
                early += [part._replace(due_at=moment) for part in parts]
        self._in_flight += len(owed)
        try:
            await asyncio.to_thread(self._network.take, owed)
        finally:
            self._in_flight -= len(owed)
        self._written += len(owed)
        if early:
            await self._report(early)
        self._given.set()
        return answers

    async def recall(self, message_ids: Sequence[int]) -> Recollection:
        known = await asyncio.to_thread(self._network.known, message_ids)
        return Recollection(
            answers=[Answer(message_id, ids) for message_id, ids in known.items()],
            unseen=frozenset(message_ids) - known.keys(),
        )

    def _scenario(self, one: Submission) -> Scenario:
        scenario = scenario_of(one.recipient)
        ratio = self._behaviour.failure_ratio
        if scenario is DELIVERY and ratio and random.random() < ratio:
            return FAILURE
        return scenario

    def _answer(self, one: Submission, scenario: Scenario) -> Answer:
        if scenario.course is Course.REFUSED:
            return Answer(one.message_id, error=scenario.code)
        if scenario.course is Course.THROTTLED:
            self._throttled[one.message_id] += 1
            if self._throttled[one.message_id] <= TIMES_THROTTLED:
                return Answer(one.message_id, is_throttled=True)
            del self._throttled[one.message_id]
        return Answer(one.message_id, carrier_ids(one.message_id, len(one.parts)))

    def _owed(self, answer: Answer, scenario: Scenario, moment: float) -> list[OwedPart]:
        """The receipts that the network will owe for a message it accepted."""
        delay_s = self._behaviour.delay_s
        if scenario.course is Course.SLOW:
            delay_s = self._behaviour.slow_delay_s
        due_at = moment + delay_s
        parts = [
            OwedPart(
                carrier_id,
                answer.message_id,
                scenario.code,
                due_at,
                is_confirmed=scenario.course is Course.SILENT,
            )
            for carrier_id in answer.carrier_ids
        ]
        if scenario.course is Course.REVERSED:
            last = len(parts) - 1
            return [
                part._replace(due_at=due_at + PART_STEP_S * (last - place))
                for place, part in enumerate(parts)
            ]
        if scenario.course is Course.REPEATED:
            parts += [
                part._replace(carrier_id=part.carrier_id + AGAIN, message_id=NOBODY)
                for part in parts
            ]
        return parts

    async def _for_ever(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        while True:
            try:
                await work()
            except sqlite3.Error as error:
                log.error("the simulated network's file failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_S)

    async def _report_what_is_due(self) -> None:
        rate = self._behaviour.receipts_per_s
        bucket = TokenBucket(rate, burst=rate, at=time.monotonic()) if rate else None
        slices = 0
        while True:
            self._given.clear()
            limit = RECEIPTS_AT_A_TIME
            if bucket is not None:
                await asyncio.sleep(bucket.wait_s(time.monotonic()))
                limit = min(limit, bucket.available(time.monotonic()))
            due = await asyncio.to_thread(self._network.due, time.time(), limit)
            if not due:
                await self._wait_for_the_next()
                continue
            await self._report(due)
            if bucket is not None:
                bucket.spend(len(due))
            slices += 1
            if slices % FORGET_EVERY == 0:
                await asyncio.to_thread(self._network.forget_old)

    async def _hand_over_replies(self) -> None:
        """Look for replies again and again: they come from another process, which cannot ring."""
        while True:
            replies = await asyncio.to_thread(self._network.replies, REPLIES_AT_A_TIME)
            if replies:
                await self.uplinks(replies)
                await asyncio.to_thread(
                    self._network.forget_replies, [reply.carrier_id for reply in replies]
                )
            else:
                await asyncio.sleep(LOOK_FOR_REPLIES_S)

    async def _report(self, parts: Sequence[OwedPart]) -> None:
        await self.receipts([_receipt(part) for part in parts])
        await asyncio.to_thread(self._network.confirm, [part.carrier_id for part in parts])

    async def _wait_for_the_next(self) -> None:
        """Sleep until a receipt is due or something is submitted, which may be due earlier."""
        due_at = await asyncio.to_thread(self._network.next_due_at)
        wait_s = None if due_at is None else max(due_at - time.time(), 0.001)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._given.wait()


def carrier_ids(message_id: int, parts: int) -> tuple[str, ...]:
    return tuple(f"{message_id:013d}{sequence:02d}" for sequence in range(1, parts + 1))


def _receipt(part: OwedPart) -> Receipt:
    carrier_id = part.carrier_id.removesuffix(AGAIN)
    return Receipt(carrier_id, part.code, datetime.fromtimestamp(part.due_at, UTC))
