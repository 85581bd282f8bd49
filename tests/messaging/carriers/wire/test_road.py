"""Messages through the carrier process to a served carrier, and back: states, codes, uplinks."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from messaging.models import Channel, ChannelHealth, Message, Part, Uplink
from messaging.runner import channel as channel_module
from messaging.runner.database import disconnect, in_database
from tests.messaging.carriers.cmpp import carrier as cmpp
from tests.messaging.carriers.smpp import carrier as smpp
from tests.messaging.carriers.wire.harness import apart
from tests.messaging.road import Road, build_road, numbers
from tests.messaging.runner.test_channel import all_are, run_while, until

pytestmark = pytest.mark.django_db(transaction=True)

State = Message.State
FAILING = 13800009008
REFUSED = 13800999101
THROTTLED = 13800999102


@pytest.fixture(autouse=True)
def _leave_the_database() -> Iterator[None]:
    yield
    disconnect()


@pytest.fixture
def road(settings: Any, tmp_path: Path) -> Road:
    settings.SMS_LOCAL_DIR = tmp_path
    settings.SMS_LEASE_S = 1.0
    return build_road()


def speak(road: Road, connector: str, config: dict[str, Any]) -> None:
    road.channel.connector = connector
    road.channel.config, road.channel.secrets = apart(config)
    road.channel.save()
    road.channel = Channel.objects.get()


@pytest.mark.parametrize(
    ("name", "carrier", "refusal"),
    [("smpp", smpp, "SMPP:0x45"), ("cmpp", cmpp, "ID:0009")],
    ids=["smpp", "cmpp"],
)
def test_messages_go_there_and_reports_come_back(road: Road, name: str, carrier: Any, refusal: str):
    async def story() -> None:
        serving: AbstractAsyncContextManager[Any] = carrier.serving()
        async with serving as (server, port):
            config = carrier.config(port, submits_in_flight=50)
            await in_database(speak, road, name, config)

            async def send() -> None:
                await in_database(road.accept, numbers(300))
                for number in (FAILING, REFUSED, THROTTLED):
                    await in_database(road.accept, numbers(1, start=number))
                await until(all_are(State.DELIVERED, State.FAILED))
                sender = await in_database(lambda: road.template.signature.channel_number)
                server.uplink(sender="13800000001", to=sender, text="R")
                await until(Uplink.objects.exists)

            await run_while(road, send)

    asyncio.run(story())
    found = dict(Message.objects.values_list("recipient", "code"))
    assert found.pop(f"+86{FAILING}") == "BLACK"
    assert found.pop(f"+86{REFUSED}") == refusal
    assert set(found.values()) == {"DELIVRD"}
    assert len(found) == 301
    assert Part.objects.filter(reported_at=None).count() == 0
    uplink = Uplink.objects.get()
    assert (uplink.sender, uplink.body, uplink.is_opt_out) == ("+8613800000001", "R", True)


def test_a_lost_link_shows_although_nothing_is_submitted(road: Road, monkeypatch):
    monkeypatch.setattr(channel_module, "LINKS_S", 0.05)

    def is_told(state: ChannelHealth.State) -> Callable[[], bool]:
        return ChannelHealth.objects.filter(state=state).exists

    async def story() -> None:
        async with smpp.serving() as (server, port):
            await in_database(speak, road, "smpp", smpp.config(port))

            async def lose_the_link() -> None:
                await until(is_told(ChannelHealth.State.UP))
                await server.close()
                await until(is_told(ChannelHealth.State.DOWN))
                assert "no link" in (await in_database(ChannelHealth.objects.get)).error
                await server.open("127.0.0.1", port)
                await until(is_told(ChannelHealth.State.UP))

            await run_while(road, lose_the_link)

    asyncio.run(story())


def test_messages_wait_while_the_carrier_is_away(road: Road):
    async def story() -> None:
        async with smpp.serving() as (_, port):
            pass
        await in_database(speak, road, "smpp", smpp.config(port))

        async def send() -> None:
            await in_database(road.accept, numbers(5))
            server = smpp.SmppServer(smpp.ACCOUNT, behaviour=smpp.PROMPT)
            await server.open("127.0.0.1", port)
            await until(all_are(State.DELIVERED))
            server.sessions[0].abort()
            await in_database(road.accept, numbers(5, start=13900000000))
            await until(all_are(State.DELIVERED))
            await server.close()

        await run_while(road, send)

    asyncio.run(story())
    assert Message.objects.filter(state=State.DELIVERED).count() == 10
