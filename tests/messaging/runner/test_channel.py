"""A channel of the carrier process on a real database: from ring to report."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from messaging import carriers
from messaging.carriers.base import Answer, Connector, Receipt, Submission
from messaging.carriers.simulated import SimulatedConnector
from messaging.models import Message, SendRequest
from messaging.runner import channel as channel_module
from messaging.runner.bell import Bell
from messaging.runner.channel import ChannelRunner
from messaging.runner.database import disconnect, in_database
from tests.messaging.road import Road, build_road, numbers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _leave_the_database() -> Iterator[None]:
    yield
    disconnect()


@pytest.fixture
def road(settings: Any, tmp_path: Path) -> Road:
    settings.SMS_LOCAL_DIR = tmp_path
    settings.SMS_LEASE_S = 1.0
    return build_road()


async def until(question: Callable[[], bool]) -> None:
    """Wait until the database says yes; 20 s at most."""
    async with asyncio.timeout(20):
        while not await in_database(question):
            await asyncio.sleep(0.02)


async def run_while(road: Road, story: Callable[[], Awaitable[None]], owner: str = "one") -> None:
    bell = Bell()
    listening = asyncio.create_task(bell.listen_for_ever())
    running = asyncio.create_task(ChannelRunner(road.channel, owner=owner, bell=bell).run())
    try:
        await story()
    finally:
        running.cancel()
        listening.cancel()
        await asyncio.gather(running, listening, return_exceptions=True)


def all_are(*states: Message.State) -> Callable[[], bool]:
    def question() -> bool:
        return set(Message.objects.values_list("state", flat=True)) <= set(states)

    return question


def test_messages_are_delivered(road: Road):
    async def story() -> None:
        await in_database(road.accept, numbers(500))
        await in_database(road.accept, numbers(3), parts=1)
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(run_while(road, story))
    assert set(SendRequest.objects.values_list("dispatch", "leased_by")) == {
        (SendRequest.Dispatch.DONE, "")
    }


def test_a_ring_wakes_the_channel_long_before_the_sweep(road: Road, monkeypatch):
    monkeypatch.setattr(channel_module, "SWEEP_S", 3600.0)

    async def story() -> None:
        await in_database(road.accept, numbers(1))
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(run_while(road, story))
    assert road.states() == [Message.State.DELIVERED]


def test_a_lost_ring_costs_one_sweep(road: Road, monkeypatch):
    monkeypatch.setattr("messaging.services.accept.ring_carrier", lambda: None)
    monkeypatch.setattr(channel_module, "SWEEP_S", 0.2)

    async def story() -> None:
        await in_database(road.accept, numbers(1))
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(run_while(road, story))
    assert road.states() == [Message.State.DELIVERED]


class Mute(Connector):
    """A carrier that takes bytes and never answers."""

    name = "mute"
    submitted: list[int] = []

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        self.submitted.extend(one.message_id for one in submissions)
        raise ConnectionResetError

    async def send_receipt(self, receipt: Receipt) -> None:
        await self.receipts([receipt])


def test_a_broken_session_makes_messages_unknown_and_sends_none_twice(road: Road, monkeypatch):
    monkeypatch.setitem(carriers.CONNECTORS, "mute", Mute)
    Mute.submitted = []
    road.channel.connector = "mute"
    road.channel.save()

    async def story() -> None:
        await in_database(road.accept, numbers(5))
        await until(all_are(Message.State.UNKNOWN))

    asyncio.run(run_while(road, story))
    assert len(Mute.submitted) == len(set(Mute.submitted)) == 5


class Stuck(SimulatedConnector):
    """Takes the messages and hangs before it answers: what a kill at the worst instant leaves."""

    name = "stuck"

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        await super().submit(submissions[: len(submissions) // 2])
        await asyncio.sleep(3600)
        raise AssertionError


def test_another_process_finishes_what_a_dead_one_began(road: Road, monkeypatch):
    monkeypatch.setitem(carriers.CONNECTORS, "stuck", Stuck)
    monkeypatch.setattr(channel_module, "SWEEP_S", 0.2)
    road.accept(numbers(10))
    dead = Stuck(
        channel_module.ChannelSettings(
            road.channel.pk, "dead", {"delay_s": 0}, channel_module._folder()
        ),
        receipts=lambda _receipts: asyncio.sleep(3600),
    )

    async def die() -> None:
        from messaging.services import dispatch

        await dead.open()
        slice_ = await in_database(road.claim, owner="dead")
        await in_database(dispatch.announce, slice_=slice_, owner="dead")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(dead.submit(slice_.submissions), 0.5)
        await dead.close()

    async def story() -> None:
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(die())
    asyncio.run(run_while(road, story, owner="heir"))
    assert road.states() == [Message.State.DELIVERED] * 10
