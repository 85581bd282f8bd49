"""The carrier process as a whole, with channels that work and channels that do not."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from messaging.carriers.smpp.pdus import Command
from messaging.models import Channel, ChannelHealth, Message
from messaging.runner import process as process_module
from messaging.runner.database import in_database
from messaging.runner.process import CarrierProcess, _signature
from tests.factories import ChannelFactory
from tests.messaging.carriers.smpp import carrier as smpp
from tests.messaging.carriers.wire.harness import apart
from tests.messaging.road import build_road, numbers
from tests.messaging.runner.test_channel import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "broken",
    [{"connector": "nowhere"}, {"config": {"messages_per_s": "fast"}}],
    ids=["unknown connector", "senseless setting"],
)
def test_a_broken_channel_leaves_the_others_alone(settings: Any, tmp_path: Path, broken):
    settings.SMS_LOCAL_DIR = tmp_path
    road = build_road()
    ChannelFactory(name="broken", **broken)
    road.accept(numbers(3))

    def are_delivered() -> bool:
        return road.states() == [Message.State.DELIVERED] * 3

    async def story() -> None:
        process = CarrierProcess()
        running = asyncio.create_task(process.run())
        async with asyncio.timeout(20):
            while not await in_database(are_delivered):
                await asyncio.sleep(0.02)
        process._stopping.set()
        await running

    asyncio.run(story())
    health = ChannelHealth.objects.get(channel__name="broken")
    assert (health.state, bool(health.error)) == (ChannelHealth.State.DOWN, True)


def test_a_changed_secret_needs_the_channel_to_be_opened_anew():
    channel = ChannelFactory.build(secrets={"password": "first"})
    before = _signature(channel)
    assert _signature(ChannelFactory.build(name=channel.name, secrets=channel.secrets)) == before
    channel.secrets = {"password": "second"}
    assert _signature(channel) != before
    assert "second" not in repr(_signature(channel))


def test_a_running_channel_takes_its_rate_up_and_stops_and_starts_as_told(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings.SMS_LOCAL_DIR = tmp_path
    monkeypatch.setattr(process_module, "LOOK_S", 0.05)
    road = build_road()
    road.channel.config = {"delay_s": 0, "messages_per_s": 0.01}
    road.channel.save()
    road.accept(numbers(5))
    channel = Channel.objects.filter(pk=road.channel.pk)

    def delivered(count: int) -> Callable[[], bool]:
        return lambda: road.states().count(Message.State.DELIVERED) == count

    async def story() -> None:
        process = CarrierProcess()
        running = asyncio.create_task(process.run())
        await until(delivered(1))
        runner = process._runners[road.channel.pk]
        await in_database(channel.update, config={"delay_s": 0}, window=50)
        await until(delivered(5))
        assert process._runners[road.channel.pk] is runner
        await in_database(channel.update, is_enabled=False)
        await until(ChannelHealth.objects.filter(state=ChannelHealth.State.DOWN).exists)
        await in_database(road.accept, numbers(2, start=13900000000))
        await in_database(channel.update, is_enabled=True)
        await until(delivered(7))
        process._stopping.set()
        await running

    asyncio.run(story())


def test_a_channel_drains_what_is_in_flight_and_holds_up_no_other(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings.SMS_LOCAL_DIR = tmp_path
    monkeypatch.setattr(process_module, "LOOK_S", 0.05)
    monkeypatch.setattr(process_module, "CLOSE_S", 0.05)
    road = build_road()
    late: list[Any] = []

    def answer_late(pdu: Any, connection: Any) -> bytes | None:
        if pdu.command == Command.SUBMIT_SM:
            late.append((smpp.accepted(pdu, f"id-{len(late)}"), connection))
        return None

    def speak(port: int) -> None:
        road.channel.connector = "smpp"
        road.channel.config, road.channel.secrets = apart(smpp.config(port))
        road.channel.save()
        road.accept(numbers(3))

    def is_up(name: str) -> Callable[[], bool]:
        state = ChannelHealth.State.UP
        return ChannelHealth.objects.filter(channel__name=name, state=state).exists

    async def story() -> None:
        async with smpp.polite(answer_late) as carrier:
            await in_database(speak, carrier.port)
            process = CarrierProcess()
            running = asyncio.create_task(process.run())
            await carrier.until(lambda _: len(late) == 3)
            await in_database(Channel.objects.filter(pk=road.channel.pk).update, is_enabled=False)
            await in_database(ChannelFactory, name="another")
            await until(is_up("another"))  # by now the process has seen both changes
            await in_database(road.accept, numbers(2, start=13900000000))
            assert await in_database(is_up(road.channel.name))
            assert carrier.lost == 0
            for answer, connection in late:
                connection.transport.write(answer)
            await carrier.until(lambda _: carrier.lost == 1)
            assert len(late) == 3
            process._stopping.set()
            await running

    asyncio.run(story())
    assert sorted(road.states()) == [Message.State.ACCEPTED] * 2 + [Message.State.SUBMITTED] * 3
