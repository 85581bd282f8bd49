import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from messaging.carriers.base import ChannelSettings, Receipt, Submission
from messaging.carriers.simulated import SimulatedConnector
from messaging.carriers.simulated.scenarios import SCENARIOS


class Inbox:
    """Takes receipts as the platform would, and tells when enough have come."""

    def __init__(self, expected: int) -> None:
        self.receipts: list[Receipt] = []
        self._expected = expected
        self.full = asyncio.Event()

    async def __call__(self, receipts: Sequence[Receipt]) -> None:
        self.receipts += receipts
        if len(self.receipts) >= self._expected:
            self.full.set()


def connector(folder: Path, inbox: Inbox, delay_s: float = 0.0) -> SimulatedConnector:
    settings = ChannelSettings(1, "simulated", {"delay_s": delay_s}, folder)
    return SimulatedConnector(settings, inbox)


def submission(message_id: int, recipient: str, parts: int = 1) -> Submission:
    return Submission(message_id, "csms100000001", recipient, ("text",) * parts)


async def walk(folder: Path, *submissions: Submission, expected: int) -> list[Receipt]:
    inbox = Inbox(expected)
    carrier = connector(folder, inbox)
    await carrier.open()
    await carrier.submit(submissions)
    await asyncio.wait_for(inbox.full.wait(), 10)
    await carrier.close()
    return inbox.receipts


def test_every_part_has_its_receipt(tmp_path: Path):
    receipts = asyncio.run(walk(tmp_path, submission(7, "+8613800000000", 3), expected=3))
    assert sorted(receipt.carrier_id for receipt in receipts) == [
        "000000000000701",
        "000000000000702",
        "000000000000703",
    ]
    assert {receipt.code for receipt in receipts} == {"DELIVRD"}


@pytest.mark.parametrize(("suffix", "code"), SCENARIOS.items())
def test_scenario_numbers(tmp_path: Path, suffix: str, code: str):
    (receipt,) = asyncio.run(walk(tmp_path, submission(1, f"+861380000{suffix}"), expected=1))
    assert receipt.code == code


def test_receipts_come_after_the_delay(tmp_path: Path):
    async def story() -> float:
        inbox = Inbox(1)
        carrier = connector(tmp_path, inbox, delay_s=0.3)
        await carrier.open()
        submitted_at = time.time()
        await carrier.submit([submission(1, "+8613800000000")])
        await asyncio.wait_for(inbox.full.wait(), 10)
        await carrier.close()
        return inbox.receipts[0].reported_at.timestamp() - submitted_at

    assert asyncio.run(story()) == pytest.approx(0.3, abs=0.2)


def test_receipts_not_taken_before_a_crash_come_again(tmp_path: Path):
    async def story() -> list[Receipt]:
        async def break_down(_: Sequence[Receipt]) -> None:
            await asyncio.sleep(3600)

        doomed = SimulatedConnector(
            ChannelSettings(1, "simulated", {"delay_s": 0}, tmp_path), break_down
        )
        await doomed.open()
        await doomed.submit([submission(1, "+8613800000000")])
        await doomed.close()
        inbox = Inbox(1)
        heir = connector(tmp_path, inbox)
        await heir.open()
        await asyncio.wait_for(inbox.full.wait(), 10)
        recollection = await heir.recall([1, 2])
        await heir.close()
        assert [answer.message_id for answer in recollection.answers] == [1]
        assert recollection.unseen == {2}
        return inbox.receipts

    assert len(asyncio.run(story())) == 1
