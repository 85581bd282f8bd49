"""The carrier's clock, waiting times, things that are due."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from messaging.carriers.wire.backoff import BackOff
from messaging.carriers.wire.clock import reported_at, stamp
from messaging.carriers.wire.schedule import Schedule

from .harness import run

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2611231015", datetime(2026, 11, 23, 2, 15, tzinfo=UTC)),
        ("261123101530", datetime(2026, 11, 23, 2, 15, 30, tzinfo=UTC)),
        ("20261123101530", datetime(2026, 11, 23, 2, 15, 30, tzinfo=UTC)),
        ("2611231025", NOW),  # the carrier's clock is fast
        ("2611230930", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("2511231015", NOW),  # a year ago
        ("2611251015", NOW),  # the day after tomorrow
        ("2613451015", NOW),
        ("", NOW),
        ("never", NOW),
        ("００００００００００", NOW),
    ],
)
def test_when_it_was_by_the_carrier_s_clock(told: str, expected: datetime):
    with time_machine.travel(NOW, tick=False):
        assert reported_at(told, utc_offset_h=8) == expected


def test_a_stamp_is_read_as_it_was_written():
    with time_machine.travel(NOW, tick=False):
        assert reported_at(stamp(NOW, utc_offset_h=5.5), utc_offset_h=5.5) == NOW
    assert stamp(NOW, utc_offset_h=8) == "2611231020"
    assert stamp(NOW - timedelta(hours=3), utc_offset_h=0) == "2611222320"


def test_waits_double_up_to_the_limit_and_are_spread():
    back_off = BackOff(first_s=1, most_s=5)
    for full in (1, 2, 4, 5, 5):
        assert full / 2 <= back_off.next_s() <= full
    back_off.reset()
    assert back_off.next_s() <= 1


def test_things_are_handed_over_when_they_are_due():
    async def story() -> list[str]:
        handed: list[str] = []
        done = asyncio.Event()

        def hand(things: list[str]) -> None:
            handed.extend(things)
            if len(handed) == 3:
                done.set()

        schedule = Schedule(hand)
        schedule.add("last", delay_s=0.06)
        schedule.add("first", delay_s=0.0)
        schedule.add("second", delay_s=0.03)
        async with asyncio.timeout(5):
            await done.wait()
        schedule.add("never", delay_s=0.01)
        schedule.close()
        await asyncio.sleep(0.03)
        return handed

    assert run(story()) == ["first", "second", "last"]
