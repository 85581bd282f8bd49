"""The carrier process as a whole, with channels that work and channels that do not."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from messaging.models import ChannelHealth, Message
from messaging.runner.database import in_database
from messaging.runner.process import CarrierProcess, _signature
from tests.factories import ChannelFactory
from tests.messaging.road import build_road, numbers

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
