"""The carrier that `run_carrier --serve` is."""

import asyncio
import os
import signal
import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from messaging.carriers.cmpp import CmppConnector
from messaging.carriers.serve import SERVICES, serve
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.wire.connector import WireConnector
from tests.messaging.carriers.cmpp.carrier import config as cmpp_config
from tests.messaging.carriers.smpp.carrier import config as smpp_config

from .harness import Channel, eventually, run, submission


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("protocol", "kind", "config"),
    [
        ("smpp", SmppConnector, smpp_config(0, system_id="900001")),
        ("cmpp", CmppConnector, cmpp_config(0, source_addr="900001")),
    ],
    ids=["smpp", "cmpp"],
)
def test_clients_are_served_until_the_process_is_told_to_stop(
    protocol: str, kind: type[WireConnector], config: dict
):
    async def story() -> None:
        port = free_port()
        serving = asyncio.create_task(
            serve(
                protocol,
                host="127.0.0.1",
                port=port,
                account="900001",
                secret="secret",
                behaviour=SimulatedSettings(delay_s=0),
            )
        )
        channel = Channel(kind, config | {"port": port})
        await eventually(lambda: listens(port))
        await channel.connector.open()
        await channel.connector.submit([submission(1, "+8613800009008")])
        (receipt,) = await channel.receipts.until(1)
        assert receipt.code == "BLACK"
        await channel.connector.close()
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            await serving

    run(story())


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match="Cannot serve cmpp"):
            call_command("run_carrier", "--serve", "cmpp", "--port", str(port))


def test_the_usual_ports():
    assert {name: service.port for name, service in SERVICES.items()} == {
        "smpp": 2775,
        "cmpp": 7890,
    }
