import asyncio
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from messaging.carriers.base import Answer, ChannelSettings, Receipt, Submission, Uplink
from messaging.carriers.simulated import SimulatedConnector
from messaging.carriers.simulated.connector import TIMES_THROTTLED
from messaging.carriers.simulated.network import Network, network_file
from messaging.carriers.simulated.scenarios import TABLE, Course, scenario_of

ROOT = Path(__file__).resolve().parents[3]


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


async def ignore(_: Sequence[object]) -> None:
    """Takes what the test does not ask about."""


def connector(
    folder: Path, inbox: Inbox, delay_s: float = 0.0, speed: float = 1.0, **config: float
) -> SimulatedConnector:
    settings = ChannelSettings(1, "simulated", {"delay_s": delay_s} | config, folder, speed)
    return SimulatedConnector(settings, inbox, ignore)


def submission(message_id: int, recipient: str, parts: int = 1) -> Submission:
    return Submission(message_id, "csms100000001", recipient, ("text",) * parts)


async def walk(
    folder: Path, *submissions: Submission, expected: int, **config: float
) -> list[Receipt]:
    inbox = Inbox(expected)
    carrier = connector(folder, inbox, **config)
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


def number_of(course: Course) -> str:
    (suffix,) = (scenario.suffix for scenario in TABLE if scenario.course is course)
    return f"+86138000{suffix.zfill(6)}"


SIMULATOR_SET = (
    "DELIVRD EXPIRED UNDELIV REJECTD UNKNOWN MK:0001 MK:0008 MK:0017 MK:0024 MILIMIT LIMIT BLACK"
    " KEYWORD SC:0003 SC:0006 SC:0010 SC:0011 SC:0016 E200019 E200020 E200023 E200027"
)


def test_every_code_of_the_simulator_set_has_a_number():
    codes = {one.code for one in TABLE if one.course is Course.NORMAL}
    assert codes == set(SIMULATOR_SET.split())


def test_every_suffix_is_its_own_and_hides_no_other():
    suffixes = [one.suffix for one in TABLE]
    assert len(set(suffixes)) == len(suffixes)
    assert all(scenario_of(f"+86138000{one.suffix.zfill(6)}") is one for one in TABLE)


@pytest.mark.parametrize(
    "scenario", [one for one in TABLE if one.course is Course.NORMAL], ids=lambda one: one.code
)
def test_scenario_numbers_get_their_code(tmp_path: Path, scenario):
    number = f"+861380000{scenario.suffix.zfill(4)}"
    (receipt,) = asyncio.run(walk(tmp_path, submission(1, number), expected=1))
    assert receipt.code == scenario.code


def submit_one(folder: Path, number: str, times: int = 1) -> tuple[list[Answer], list[Receipt]]:
    """Submit a message so many times; return its answers and what came until the last one."""

    async def story() -> tuple[list[Answer], list[Receipt]]:
        inbox = Inbox(1)
        carrier = connector(folder, inbox, delay_s=60)
        await carrier.open()
        answers = [
            answer
            for _ in range(times)
            for answer in await carrier.submit([submission(1, number, 2)])
        ]
        received = list(inbox.receipts)
        await carrier.close()
        return answers, received

    return asyncio.run(story())


def test_a_number_is_refused_in_the_answer(tmp_path: Path):
    answers, _ = submit_one(tmp_path, number_of(Course.REFUSED))
    assert answers == [Answer(1, error="REJECTD")]


def test_a_number_is_throttled_before_it_is_taken(tmp_path: Path):
    answers, _ = submit_one(tmp_path, number_of(Course.THROTTLED), TIMES_THROTTLED + 1)
    assert [one.is_throttled for one in answers] == [True] * TIMES_THROTTLED + [False]
    assert not any(one.is_unknown for one in answers)
    assert len(answers[-1].carrier_ids) == 2


def test_receipts_overtake_the_answer(tmp_path: Path):
    (answer,), received = submit_one(tmp_path, number_of(Course.EARLY))
    assert tuple(one.carrier_id for one in received) == answer.carrier_ids


def test_a_silent_number_is_known_and_never_reported(tmp_path: Path):
    async def story() -> None:
        inbox = Inbox(1)
        carrier = connector(tmp_path, inbox)
        await carrier.open()
        silent = submission(1, number_of(Course.SILENT))
        await carrier.submit([silent, submission(2, "+8613800000000")])
        await asyncio.wait_for(inbox.full.wait(), 10)
        recollection = await carrier.recall([1])
        assert [one.message_id for one in recollection.answers] == [1]
        assert carrier._network.next_due_at() is None
        await carrier.close()
        assert [one.carrier_id for one in inbox.receipts] == ["000000000000201"]

    asyncio.run(story())


def test_every_receipt_comes_twice(tmp_path: Path):
    number = number_of(Course.REPEATED)
    receipts = asyncio.run(walk(tmp_path, submission(7, number, 2), expected=4))
    assert (
        sorted(one.carrier_id for one in receipts)
        == ["000000000000701"] * 2 + ["000000000000702"] * 2
    )


def test_parts_come_in_reverse_order(tmp_path: Path):
    number = number_of(Course.REVERSED)
    receipts = asyncio.run(walk(tmp_path, submission(7, number, 3), expected=3))
    assert [one.carrier_id[-1] for one in receipts] == ["3", "2", "1"]


def test_a_slow_number_does_not_hold_others_up(tmp_path: Path):
    async def story() -> list[str]:
        inbox = Inbox(2)
        carrier = connector(tmp_path, inbox, slow_delay_s=0.5)
        await carrier.open()
        await carrier.submit([submission(1, number_of(Course.SLOW))])
        await carrier.submit([submission(2, "+8613800000000")])
        await asyncio.wait_for(inbox.full.wait(), 10)
        await carrier.close()
        return [one.carrier_id for one in inbox.receipts]

    assert asyncio.run(story()) == ["000000000000201", "000000000000101"]


def test_the_failure_ratio_spares_scenario_numbers(tmp_path: Path):
    submissions = [submission(1, "+8613800000000"), submission(2, "+8613800009008")]
    receipts = asyncio.run(walk(tmp_path, *submissions, expected=2, failure_ratio=1))
    assert {one.carrier_id[-3:]: one.code for one in receipts} == {"101": "UNDELIV", "201": "BLACK"}


def test_receipts_come_no_faster_than_set(tmp_path: Path):
    began = time.monotonic()
    asyncio.run(walk(tmp_path, submission(1, "+8613800000000", 6), expected=6, receipts_per_s=10))
    assert time.monotonic() - began >= 0.45


def test_a_virtual_clock_shortens_the_delay(tmp_path: Path):
    async def story() -> None:
        inbox = Inbox(1)
        carrier = connector(tmp_path, inbox, delay_s=3600, speed=36_000)
        await carrier.open()
        await carrier.submit([submission(1, "+8613800000000")])
        await asyncio.wait_for(inbox.full.wait(), 10)
        await carrier.close()

    asyncio.run(story())


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
            ChannelSettings(1, "simulated", {"delay_s": 0}, tmp_path), break_down, ignore
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


def test_replies_are_handed_over_until_they_are_taken(tmp_path: Path):
    reply = Uplink("mo1", "+8613800000000", "csms1", "R", datetime(2026, 5, 1, tzinfo=UTC))
    taken: list[Uplink] = []

    async def story() -> None:
        settings = ChannelSettings(1, "simulated", {}, tmp_path)
        done = asyncio.Event()

        async def break_down(_: Sequence[Uplink]) -> None:
            done.set()
            await asyncio.sleep(3600)

        async def take(uplinks: Sequence[Uplink]) -> None:
            taken.extend(uplinks)
            done.set()

        Network(network_file(tmp_path, 1)).reply([reply])
        for sink in (break_down, take):
            done.clear()
            carrier = SimulatedConnector(settings, ignore, sink)
            await carrier.open()
            await asyncio.wait_for(done.wait(), 10)
            await carrier.close()

    asyncio.run(story())
    assert taken == [reply]


def test_the_documentation_lists_every_scenario():
    text = (ROOT / "docs" / "simulated-carrier.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\d+)` \| (?:`([^`]+)`|–) \|", text, re.MULTILINE))
    assert rows == {one.suffix: one.code for one in TABLE if one.suffix}
