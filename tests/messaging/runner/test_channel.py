"""A channel of the carrier process on a real database: from ring to report."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from messaging import carriers
from messaging.carriers.base import (
    Answer,
    Connector,
    NotWrittenError,
    Receipt,
    Recollection,
    Submission,
)
from messaging.carriers.simulated import SimulatedConnector
from messaging.models import Message, Part, SendRequest
from messaging.runner import channel as channel_module
from messaging.runner import pace
from messaging.runner.bell import Bell
from messaging.runner.channel import ChannelRunner
from messaging.runner.database import disconnect, in_database
from messaging.services import dispatch
from messaging.services.dispatch import Slice
from messaging.services.expire import expire_messages
from reviews.models.kinds import MessageType
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


class Shaky(SimulatedConnector):
    """A carrier that cannot be reached at first, and then loses its session before writing."""

    name = "shaky"
    failures = [ConnectionRefusedError(), ValueError("not a greeting"), NotWrittenError()]

    async def open(self) -> None:
        if len(self.failures) > 1:
            raise self.failures.pop(0)
        await super().open()

    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        if self.failures:
            raise self.failures.pop()
        return await super().submit(submissions)


def test_messages_wait_while_the_carrier_cannot_be_reached(road: Road, monkeypatch):
    monkeypatch.setitem(carriers.CONNECTORS, "shaky", Shaky)
    monkeypatch.setattr(channel_module, "OPEN_AGAIN_S", 0.01)
    road.channel.connector = "shaky"
    road.channel.save()
    road.accept(numbers(5))

    async def story() -> None:
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(run_while(road, story))
    assert Shaky.failures == []
    assert road.states() == [Message.State.DELIVERED] * 5


def test_a_connector_that_cannot_recall_does_not_stop_the_channel(road: Road, monkeypatch):
    class Forgetful(SimulatedConnector):
        asked = 0

        async def recall(self, message_ids: Sequence[int]) -> Recollection:
            Forgetful.asked += 1
            if Forgetful.asked == 1:
                raise ConnectionResetError
            return await super().recall(message_ids)

    monkeypatch.setitem(carriers.CONNECTORS, "forgetful", Forgetful)
    monkeypatch.setattr(channel_module, "SWEEP_S", 0.1)
    road.channel.connector = "forgetful"
    road.channel.save()
    road.accept(numbers(1))
    dispatch.announce(slice_=road.claim(owner="dead"), owner="dead")

    async def story() -> None:
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(run_while(road, story))
    assert Forgetful.asked == 2


def test_throttled_messages_are_tried_again_and_slow_the_channel_down(road: Road, monkeypatch):
    monkeypatch.setattr(pace, "HOLD_S", 0.1)
    road.accept(["+8613800999102"])
    began = time.monotonic()

    async def story() -> None:
        await until(all_are(Message.State.DELIVERED))

    asyncio.run(run_while(road, story))
    assert time.monotonic() - began >= 0.3  # two refusals: a rest, and one twice as long
    assert Part.objects.count() == 1


def test_a_channel_keeps_to_its_rate_and_lets_codes_pass(road: Road):
    road.channel.config = {"delay_s": 0, "messages_per_s": 10}
    road.channel.save()
    road.accept(numbers(9), template=road.of_type(MessageType.PROMOTION))
    verification = road.of_type(MessageType.VERIFICATION)
    began = time.monotonic()

    async def story() -> None:
        await until(lambda: Message.objects.filter(state=Message.State.DELIVERED).count() >= 2)
        code = await in_database(road.accept, numbers(1), template=verification)
        await until(all_are(Message.State.DELIVERED))
        last = await in_database(lambda: Message.objects.latest("submitted_at").pk)
        assert last != code.first_id

    asyncio.run(run_while(road, story))
    assert time.monotonic() - began >= 0.85


def test_three_days_without_a_receipt_pass_in_seconds(road: Road, settings: Any):
    settings.SMS_VIRTUAL_SPEED = 259_200
    road.accept(["+8613800999201", "+8613800000000"])

    async def story() -> None:
        await until(lambda: road.states() == [Message.State.SUBMITTED, Message.State.DELIVERED])
        async with asyncio.timeout(20):
            while not await in_database(expire_messages):
                await asyncio.sleep(0.1)

    asyncio.run(run_while(road, story))
    assert road.states() == [Message.State.EXPIRED, Message.State.DELIVERED]


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
            road.channel.pk, "dead", {"delay_s": 0}, channel_module.carrier_folder()
        ),
        receipts=lambda _receipts: asyncio.sleep(3600),
        uplinks=lambda _uplinks: asyncio.sleep(3600),
    )

    async def die() -> None:
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


def test_what_was_claimed_while_the_channel_closed_is_not_held_back(road: Road, monkeypatch):
    """The claim runs in a thread and ends after its task was cancelled."""
    claim = dispatch.claim
    claimed, closing = threading.Event(), threading.Event()

    def slow_claim(**arguments: Any) -> Slice | None:
        slice_ = claim(**arguments)
        if slice_ is not None:
            claimed.set()
            closing.wait(10)
        return slice_

    async def close_in_the_middle() -> None:
        monkeypatch.setattr(dispatch, "claim", slow_claim)
        running = asyncio.create_task(ChannelRunner(road.channel, owner="one", bell=Bell()).run())
        await asyncio.to_thread(claimed.wait, 10)
        running.cancel()
        await asyncio.sleep(0)
        closing.set()
        await asyncio.gather(running, return_exceptions=True)
        monkeypatch.setattr(dispatch, "claim", claim)

    road.accept(numbers(3))
    asyncio.run(close_in_the_middle())
    request = SendRequest.objects.get()
    assert (request.dispatch, request.leased_by) == (SendRequest.Dispatch.WAITING, "")
