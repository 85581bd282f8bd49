"""The connector against a carrier on somebody else's codec: npm's `smpp`."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from messaging.carriers.smpp import SmppConnector
from messaging.carriers.wire.link import LoginRefusedError
from tests.messaging.carriers.wire.harness import (
    PATIENCE_S,
    SENDER,
    Channel,
    eventually,
    opened,
    run,
    submission,
    submissions,
)
from tests.node_packages import node_modules

from .carrier import config

PACKAGE = Path(__file__).with_name("node_peer")
DEFAULT, UCS2 = 0, 8
"""Data codings of SMPP."""


@pytest.fixture(scope="module")
def packages() -> Path:
    return node_modules(PACKAGE)


class Peer:
    """The carrier process; `events` is what it told so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []

    async def port(self) -> int:
        return (await self.told("port"))["port"]

    async def told(self, what: str) -> dict[str, Any]:
        """Wait for the next event that says `what`."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                line = await self.process.stdout.readline()
                assert line, "the peer ended"
                self.events.append(json.loads(line))
                if what in self.events[-1]:
                    return self.events[-1]

    def order(self, **order: Any) -> None:
        self.process.stdin.write(json.dumps(order).encode() + b"\n")

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def peer(packages: Path, *, port: int = 0, window: int = 1) -> AsyncIterator[Peer]:
    started = Peer(
        await asyncio.create_subprocess_exec(
            "node",
            PACKAGE / "carrier.js",
            json.dumps({"port": port, "window": window}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(packages)},
        )
    )
    try:
        yield started
    finally:
        await started.kill()


@pytest.mark.parametrize("bind", ["transceiver", "pair"])
def test_messages_are_taken_and_reported(packages: Path, bind: str):
    async def story() -> None:
        async with peer(packages) as carrier:
            port = await carrier.port()
            async with opened(SmppConnector, config(port, bind=bind)) as channel:
                (answer,) = await channel.connector.submit([submission()])
                (receipt,) = await channel.receipts.until(1)
                assert answer.carrier_ids == (receipt.carrier_id,)
                assert receipt.code == "DELIVRD"
                told = await carrier.told("submit")
                assert told == {"submit": "8613800138000", "text": "【华为】您好", "udh": False}
                await carrier.told("confirmed")

    run(story())


def test_a_whole_window_is_under_way(packages: Path):
    async def story() -> None:
        async with peer(packages, window=100) as carrier:
            port = await carrier.port()
            async with opened(SmppConnector, config(port, submits_in_flight=100)) as channel:
                answers = await channel.connector.submit(submissions(1000))
                receipts = await channel.receipts.until(1000)
                assert {one.carrier_ids[0] for one in answers} == {
                    one.carrier_id for one in receipts
                }
                assert (await carrier.told("under_way"))["under_way"] == 100

    run(story())


@pytest.mark.parametrize("concatenation", ["udh", "sar"])
def test_parts_of_a_long_message(packages: Path, concatenation: str):
    async def story() -> None:
        async with peer(packages) as carrier:
            port = await carrier.port()
            async with opened(SmppConnector, config(port, concatenation=concatenation)) as channel:
                parts = ("一" * 67, "二" * 67, "三")
                (answer,) = await channel.connector.submit(
                    [submission(1, "+8613800138000", *parts)]
                )
                assert len(answer.carrier_ids) == 3
                for part in parts:
                    told = await carrier.told("submit")
                    assert (told["text"], told["udh"]) == (part, concatenation == "udh")
                await channel.receipts.until(3)

    run(story())


def test_texts_of_the_gsm_alphabet(packages: Path):
    async def story() -> None:
        async with peer(packages) as carrier:
            port = await carrier.port()
            async with opened(SmppConnector, config(port)) as channel:
                await channel.connector.submit([submission(1, "+447700900123", "Zahl 5€ [ok] @é")])
                assert (await carrier.told("submit"))["text"] == "Zahl 5€ [ok] @é"

    run(story())


@pytest.mark.parametrize(("text", "coding"), [("退订", UCS2), ("Stop @ {now} €", DEFAULT)])
def test_an_uplink(packages: Path, text: str, coding: int):
    async def story() -> None:
        async with peer(packages) as carrier:
            port = await carrier.port()
            async with opened(SmppConnector, config(port)) as channel:
                await carrier.told("bind")
                carrier.order(
                    uplink={
                        "source_addr": "8613800138000",
                        "destination_addr": SENDER,
                        "data_coding": coding,
                        "short_message": text,
                    }
                )
                (uplink,) = await channel.uplinks.until(1)
                assert (uplink.sender, uplink.to, uplink.text) == ("+8613800138000", SENDER, text)
                await carrier.told("uplink")

    run(story())


def test_signs_of_life_go_both_ways(packages: Path):
    async def story() -> None:
        async with peer(packages) as carrier:
            port = await carrier.port()
            async with opened(
                SmppConnector, config(port, enquire_link_s=0.1, answer_timeout_s=2.0)
            ) as channel:
                await carrier.told("bind")
                carrier.order(enquire=True)
                await carrier.told("alive")
                await asyncio.sleep(0.5)  # several of ours, which are answered, too
                assert channel.connector.links

    run(story())


def test_a_wrong_password_is_told(packages: Path):
    async def story() -> None:
        async with peer(packages) as carrier:
            port = await carrier.port()
            with pytest.raises(LoginRefusedError, match="ESME_RBINDFAIL"):
                await Channel(SmppConnector, config(port, password="wrong")).connector.open()

    run(story())


def test_a_carrier_that_is_killed_is_found_again(packages: Path):
    async def story() -> None:
        async with peer(packages, window=10) as carrier:
            port = await carrier.port()
            async with opened(
                SmppConnector, config(port, reconnect_at_most_s=0.2, submits_in_flight=5)
            ) as channel:
                # Five wait for answers that the peer gives to ten only.
                submitting = asyncio.create_task(channel.connector.submit(submissions(8)))
                await carrier.told("bind")
                await eventually(lambda: channel.connector.links[0].in_flight == 5)
                await carrier.kill()
                answers = await submitting
                assert sum(one.is_unknown for one in answers) == 5
                assert sum(one.is_throttled for one in answers) == 3
                async with peer(packages, port=port):
                    await channel.until_up()
                    (answer,) = await channel.connector.submit([submission(9)])
                    assert answer.carrier_ids
                    await channel.receipts.until(1)

    run(story())
