"""An SMPP carrier for tests, and channels that speak to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.carriers.smpp import SmppConnector, codec
from messaging.carriers.smpp.codec import Pdu
from messaging.carriers.smpp.pdus import RESPONSE, BindResp, Command, MessageId, ShortMessage
from messaging.carriers.smpp.server import SmppAccount, SmppServer
from tests.messaging.carriers.wire.harness import Channel, Connection, RawCarrier, opened

ACCOUNT = SmppAccount("platform", "secret")
PROMPT = SimulatedSettings(delay_s=0, slow_delay_s=0.3)


def config(port: int, **more: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "system_id": "platform",
        "password": "secret",
        "reconnect_s": 0.05,
        **more,
    }


@asynccontextmanager
async def serving(
    account: SmppAccount = ACCOUNT, behaviour: SimulatedSettings = PROMPT, **more: Any
) -> AsyncIterator[tuple[SmppServer, int]]:
    server = SmppServer(account, behaviour=behaviour, **more)
    port = await server.open("127.0.0.1", 0)
    try:
        yield server, port
    finally:
        await server.close()


@asynccontextmanager
async def connected(
    account: SmppAccount = ACCOUNT, behaviour: SimulatedSettings = PROMPT, **more: Any
) -> AsyncIterator[tuple[SmppServer, Channel]]:
    """A served carrier and a channel to it; `more` are settings of the channel."""
    async with (
        serving(account, behaviour) as (server, port),
        opened(SmppConnector, config(port, **more)) as channel,
    ):
        yield server, channel


def recorded(server: SmppServer) -> list[ShortMessage]:
    """Every submission the server gets from now on."""
    seen: list[ShortMessage] = []
    server.on_submit = lambda message, _: seen.append(message)
    return seen


Reaction = Callable[[Pdu, Connection], bytes | None]


def polite(special: Reaction = lambda pdu, connection: None) -> RawCarrier:
    """A carrier that binds, answers signs of life and farewells, and else does as told."""

    def react(frame: bytes, connection: Connection) -> bytes | None:
        pdu = codec.decode(frame)
        if (answer := special(pdu, connection)) is not None:
            return answer
        if pdu.command in (1, 2, 9):
            return codec.encode(Pdu(pdu.command | RESPONSE, pdu.sequence, BindResp("raw")))
        if pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
            return codec.framed(pdu.command | RESPONSE, pdu.sequence)
        return None

    return RawCarrier(react)


def accepted(pdu: Pdu, carrier_id: str) -> bytes:
    return codec.encode(Pdu(Command.SUBMIT_SM_RESP, pdu.sequence, MessageId(carrier_id)))


def submitted(frames: list[bytes]) -> list[Pdu]:
    pdus = [codec.decode(frame) for frame in frames]
    return [pdu for pdu in pdus if pdu.command == Command.SUBMIT_SM]
