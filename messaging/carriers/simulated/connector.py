import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from messaging.carriers.base import (
    Answer,
    ChannelSettings,
    Connector,
    Receipt,
    ReceiptSink,
    Recollection,
    Submission,
)

from .network import Network, OwedPart
from .scenarios import outcome

DEFAULT_DELAY_S = 1.0
RECEIPTS_AT_A_TIME = 1000
FORGET_EVERY = 100
"""Slices of receipts between two clean-ups of the network's memory."""


class SimulatedConnector(Connector):
    """Accepts every message at once and sends its receipts after `config["delay_s"]` seconds."""

    name = "simulated"

    def __init__(self, settings: ChannelSettings, receipts: ReceiptSink) -> None:
        super().__init__(settings, receipts)
        self._delay_s = float(settings.config.get("delay_s", DEFAULT_DELAY_S))
        self._given = asyncio.Event()

    async def open(self) -> None:
        file = self.settings.folder / f"network-{self.settings.channel_id}.sqlite3"
        self._network = await asyncio.to_thread(Network, file)
        self._reporting = asyncio.create_task(self._report_for_ever())

    async def close(self) -> None:
        self._reporting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reporting
        self._network.close()

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        due_at = time.time() + self._delay_s
        answers = [
            Answer(one.message_id, carrier_ids(one.message_id, len(one.parts)))
            for one in submissions
        ]
        owed = [
            OwedPart(carrier_id, answer.message_id, outcome(one.recipient), due_at)
            for one, answer in zip(submissions, answers, strict=True)
            for carrier_id in answer.carrier_ids
        ]
        await asyncio.to_thread(self._network.take, owed)
        self._given.set()
        return answers

    async def recall(self, message_ids: Sequence[int]) -> Recollection:
        known = await asyncio.to_thread(self._network.known, message_ids)
        return Recollection(
            answers=[Answer(message_id, ids) for message_id, ids in known.items()],
            unseen=frozenset(message_ids) - known.keys(),
        )

    async def _report_for_ever(self) -> None:
        slices = 0
        while True:
            self._given.clear()
            due = await asyncio.to_thread(self._network.due, time.time(), RECEIPTS_AT_A_TIME)
            if not due:
                await self._wait_for_the_next()
                continue
            await self.receipts([_receipt(part) for part in due])
            await asyncio.to_thread(self._network.confirm, [part.carrier_id for part in due])
            slices += 1
            if slices % FORGET_EVERY == 0:
                await asyncio.to_thread(self._network.forget_old)

    async def _wait_for_the_next(self) -> None:
        """Sleep until a receipt is due, or, while nothing is owed, until something is submitted.

        What is submitted during the sleep is due later still: the delay is the same for all.
        """
        due_at = await asyncio.to_thread(self._network.next_due_at)
        if due_at is None:
            await self._given.wait()
        else:
            await asyncio.sleep(max(due_at - time.time(), 0.001))


def carrier_ids(message_id: int, parts: int) -> tuple[str, ...]:
    return tuple(f"{message_id:013d}{sequence:02d}" for sequence in range(1, parts + 1))


def _receipt(part: OwedPart) -> Receipt:
    return Receipt(part.carrier_id, part.code, datetime.fromtimestamp(part.due_at, UTC))
