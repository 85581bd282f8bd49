"""Fail-over with running channels: nothing is lost, nothing goes out twice."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from messaging import carriers
from messaging.carriers.base import Answer, NotWrittenError, Submission
from messaging.carriers.simulated import SimulatedConnector
from messaging.models import (
    Channel,
    ChannelHealth,
    ChannelRoute,
    Message,
    Part,
    SendRequest,
)
from messaging.runner import channel as channel_module
from messaging.runner import pace, pulse
from messaging.runner.bell import Bell
from messaging.runner.channel import ChannelRunner
from messaging.runner.database import disconnect, in_database
from messaging.services import dispatch
from tests.factories import ChannelFactory
from tests.messaging.road import Road, build_road, numbers

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERED = Message.State.DELIVERED


@pytest.fixture(autouse=True)
def _leave_the_database() -> Iterator[None]:
    yield
    disconnect()


@pytest.fixture
def road(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Road:
    """A road whose channel speaks through `Moody`, with a backup that works."""
    settings.SMS_LOCAL_DIR = tmp_path
    settings.SMS_LEASE_S = 1.0
    settings.SMS_FAILOVER_AFTER_S = 0.5
    monkeypatch.setattr(channel_module, "SWEEP_S", 0.1)
    monkeypatch.setattr(channel_module, "OPEN_AGAIN_S", 0.05)
    monkeypatch.setattr(channel_module, "OPEN_AGAIN_AT_MOST_S", 0.05)
    monkeypatch.setattr(pace, "HOLD_S", 0.1)
    monkeypatch.setattr(pace, "HOLD_AT_MOST_S", 0.1)
    monkeypatch.setattr(pulse, "BEAT_S", 0.1)
    monkeypatch.setitem(carriers.CONNECTORS, "moody", Moody)
    Moody.refuses_to_open = Moody.refuses_to_write = Moody.hangs = False
    road = build_road()
    Channel.objects.filter(pk=road.channel.pk).update(connector="moody")
    road.channel.refresh_from_db()
    backup = ChannelFactory(name="backup")
    ChannelRoute.objects.create(is_prefix=True, primary=road.channel, backup=backup)
    return road


class Moody(SimulatedConnector):
    """A carrier that can be told to fail in the three ways that matter."""

    name = "moody"
    refuses_to_open = refuses_to_write = hangs = False

    async def open(self) -> None:
        if self.refuses_to_open:
            raise ConnectionRefusedError("the gateway is closed")
        await super().open()

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        if self.refuses_to_write:
            raise NotWrittenError("the session is gone")
        if self.hangs:
            await super().submit(submissions[: len(submissions) // 2])
            await asyncio.sleep(3600)
        return await super().submit(submissions)


async def until(question: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not await in_database(question):
            await asyncio.sleep(0.02)


async def run_all(story: Callable[[], Awaitable[None]], *, processes: int = 1) -> None:
    """Run every channel, in as many "processes" as asked for, while the story goes on."""
    bell = Bell()
    channels = await in_database(lambda: list(Channel.objects.all()))
    tasks = [asyncio.create_task(bell.listen_for_ever())]
    for number in range(processes):
        for channel in channels:
            runner = ChannelRunner(channel, owner=f"p{number}:{channel.pk}", bell=bell)
            tasks.append(asyncio.create_task(runner.run()))
    try:
        await story()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def taken(folder: Path) -> Counter[int]:
    """How often the networks behind the channels were given each message."""
    found: Counter[int] = Counter()
    for file in (folder / "carrier").glob("network-*.sqlite3"):
        with sqlite3.connect(file) as network:
            found.update(row[0] for row in network.execute("SELECT message_id FROM part"))
            assert network.execute("SELECT * FROM repeat").fetchall() == []
    return found


def once_each(folder: Path) -> bool:
    return set(taken(folder).values()) == {1}


def all_delivered() -> bool:
    return set(Message.objects.values_list("state", flat=True)) == {DELIVERED}


def channels_of_parts() -> set[str]:
    return set(Part.objects.values_list("channel__name", flat=True))


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("mood", "reason"),
    [("refuses_to_open", "the gateway is closed"), ("refuses_to_write", "the session is gone")],
)
def test_messages_of_a_channel_that_is_down_go_over_the_backup_once(
    road: Road, tmp_path: Path, mood: str, reason: str, processes: int
):
    setattr(Moody, mood, True)
    for _ in range(20):
        road.accept(numbers(25))

    def is_told() -> bool:
        down = ChannelHealth.objects.filter(state=ChannelHealth.State.DOWN)
        return down.filter(channel=road.channel, error__contains=reason).exists()

    async def story() -> None:
        await until(is_told)
        await until(all_delivered)

    asyncio.run(run_all(story, processes=processes))
    assert channels_of_parts() == {"backup"}
    assert len(taken(tmp_path)) == 500
    assert once_each(tmp_path)
    health = ChannelHealth.objects.get(channel__name="backup")
    assert (health.taken_over, health.submitted, health.matched) == (500, 500, 500)


def test_new_messages_go_over_the_channel_again_once_it_is_up(road: Road, tmp_path: Path):
    Moody.refuses_to_open = True
    road.accept(numbers(3))

    def is_up() -> bool:
        up = ChannelHealth.State.UP
        return ChannelHealth.objects.filter(channel=road.channel, state=up).exists()

    async def story() -> None:
        await until(all_delivered)
        Moody.refuses_to_open = False
        await until(is_up)
        await in_database(road.accept, numbers(4))
        await until(all_delivered)

    asyncio.run(run_all(story))
    by_channel = Counter(Part.objects.values_list("channel__name", flat=True))
    assert by_channel == {"backup": 3, road.channel.name: 4}
    assert once_each(tmp_path)


def test_what_a_channel_took_before_it_died_is_not_repeated_on_the_backup(
    road: Road, tmp_path: Path
):
    """It dies with half a slice written, and comes back when the backup has done the rest."""
    Moody.hangs = True
    written = road.accept(numbers(10))

    def is_announced() -> bool:
        return SendRequest.objects.filter(written_through__isnull=False).exists()

    async def die() -> None:
        connector = Moody(
            channel_module.ChannelSettings(
                road.channel.pk, "dead", {"delay_s": 0}, channel_module.carrier_folder()
            ),
            receipts=lambda _receipts: asyncio.sleep(3600),
            uplinks=lambda _uplinks: asyncio.sleep(3600),
        )
        await connector.open()
        slice_ = await in_database(road.claim, owner="dead")
        await in_database(dispatch.announce, slice_=slice_, owner="dead")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connector.submit(slice_.submissions), 0.3)
        await connector.close()

    asyncio.run(die())
    assert is_announced()
    Moody.hangs = False
    Moody.refuses_to_open = True
    road.accept(numbers(5))
    new = Message.objects.exclude(request_id=written.first_id)

    async def story() -> None:
        await until(lambda: set(new.values_list("state", flat=True)) == {DELIVERED})
        await asyncio.sleep(1.5)  # longer than the lease and the fail-over time
        assert await in_database(lambda: road.states()[:10]) == [Message.State.ACCEPTED] * 10
        Moody.refuses_to_open = False
        await until(all_delivered)

    asyncio.run(run_all(story))
    assert once_each(tmp_path)
    assert Counter(Part.objects.values_list("channel__name", flat=True)) == {
        road.channel.name: 10,
        "backup": 5,
    }
