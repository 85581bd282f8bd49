"""The served carrier, asked by clients that are not ours: raw frames, and npm's `smpp`."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from messaging.carriers.smpp import codec
from messaging.carriers.smpp.codec import Pdu
from messaging.carriers.smpp.pdus import (
    RESPONSE,
    Bind,
    Command,
    MessageId,
    Nothing,
    ShortMessage,
    Status,
)
from tests.messaging.carriers.wire.harness import run
from tests.node_packages import node_modules

from .carrier import serving

PACKAGE = Path(__file__).with_name("node_peer")
BIND = Pdu(Command.BIND_TRANSCEIVER, 1, Bind("platform", "secret"))
SUBMIT = Pdu(Command.SUBMIT_SM, 2, ShortMessage(destination_addr="8613800138000"))


async def asked(*frames: Pdu | bytes) -> list[Pdu]:
    """What the carrier answers to these frames, one after the other, on one connection."""
    async with serving() as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for frame in frames:
            writer.write(codec.encode(frame) if isinstance(frame, Pdu) else frame)
        writer.write(codec.framed(Command.ENQUIRE_LINK, 0xFFFF))
        answers = []
        async with asyncio.timeout(5):
            while True:
                length = await reader.read(4)
                if not length:
                    break
                pdu = codec.decode(length + await reader.readexactly(int.from_bytes(length) - 4))
                if pdu.sequence == 0xFFFF:
                    break
                answers.append(pdu)
        writer.close()
        return answers


def statuses(*frames: Pdu | bytes) -> list[tuple[int, int]]:
    return [(pdu.command, pdu.status) for pdu in run(asked(*frames))]


def test_a_client_binds_and_submits():
    bound, taken = run(asked(BIND, SUBMIT))
    assert (bound.command, bound.status) == (Command.BIND_TRANSCEIVER_RESP, 0)
    assert (taken.command, taken.status) == (Command.SUBMIT_SM_RESP, 0)
    assert isinstance(taken.body, MessageId)
    assert taken.body.message_id


@pytest.mark.parametrize("bind", [None, Command.BIND_RECEIVER])
def test_only_bound_transmitters_submit(bind: Command | None):
    frames = [BIND._replace(command=bind), SUBMIT] if bind else [SUBMIT]
    assert statuses(*frames)[-1] == (Command.SUBMIT_SM_RESP, Status.WRONG_BIND_STATUS)


def test_a_session_is_bound_once():
    assert statuses(BIND, BIND._replace(sequence=2))[-1] == (
        Command.BIND_TRANSCEIVER_RESP,
        Status.ALREADY_BOUND,
    )


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (codec.framed(0x103 + 1, 5), Status.INVALID_COMMAND),
        (codec.framed(Command.SUBMIT_SM, 5, b"\0"), Status.INVALID_MESSAGE_LENGTH),
        (codec.framed(Command.BIND_TRANSCEIVER, 5, b"x" * 50), Status.INVALID_MESSAGE_LENGTH),
    ],
)
def test_what_makes_no_sense_is_nacked(frame: bytes, status: Status):
    assert statuses(frame) == [(Command.GENERIC_NACK, status)]


def test_what_clients_do_not_ask_is_refused():
    assert statuses(Pdu(Command.DELIVER_SM, 5, ShortMessage())) == [
        (Command.DELIVER_SM_RESP, Status.INVALID_COMMAND)
    ]


def test_an_unbind_ends_the_connection():
    assert statuses(BIND, Pdu(Command.UNBIND, 9, Nothing()))[-1] == (
        Command.UNBIND | RESPONSE,
        Status.OK,
    )


def test_a_stream_that_makes_no_sense_ends_the_connection():
    assert statuses(b"\0\0\0\1" + bytes(12)) == []


@pytest.fixture(scope="module")
def packages() -> Path:
    return node_modules(PACKAGE)


async def client(packages: Path, **order: Any) -> list[dict[str, Any]]:
    """What npm's client tells of its session with the served carrier."""
    async with serving() as (_, port):
        process = await asyncio.create_subprocess_exec(
            "node",
            PACKAGE / "client.js",
            json.dumps({"port": port, "password": "secret", **order}),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(packages)},
        )
        async with asyncio.timeout(20):
            output, _ = await process.communicate()
        return [json.loads(line) for line in output.splitlines()]


def test_somebody_else_s_client_gets_scenario_numbers(packages: Path):
    messages = [
        ("8613800138000", "您好"),
        ("8613800009008", "blocked"),
        ("8613800999101", "refused"),
    ]
    events = run(client(packages, messages=messages, receipts=2))
    assert events[0] == {"bind": 0}
    answers = {event["to"]: event for event in events if "to" in event}
    assert {to: one["status"] for to, one in answers.items()} == {
        "8613800138000": 0,
        "8613800009008": 0,
        "8613800999101": Status.SUBMIT_FAILED,
    }
    receipts = {event["receipt"]: event for event in events if "receipt" in event}
    delivered = receipts[answers["8613800138000"]["id"]]
    blocked = receipts[answers["8613800009008"]["id"]]
    assert (delivered["state"], blocked["state"]) == (2, 5)
    assert "stat:DELIVRD" in delivered["text"]
    assert "stat:BLACK" in blocked["text"]


def test_somebody_else_s_client_is_refused_with_a_wrong_password(packages: Path):
    assert run(client(packages, password="wrong")) == [{"bind": Status.INVALID_PASSWORD}]
