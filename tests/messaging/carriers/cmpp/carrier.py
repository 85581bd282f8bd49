"""A CMPP gateway for tests, and channels that speak to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from messaging.carriers.cmpp import CmppConnector, authenticator, codec
from messaging.carriers.cmpp.codec import Pdu
from messaging.carriers.cmpp.pdus import (
    LAYOUTS,
    RESPONSE,
    Command,
    Connect,
    ConnectResp,
    Deliver,
    Submit,
    SubmitResp,
    Version,
)
from messaging.carriers.cmpp.server import CmppAccount, CmppServer
from messaging.carriers.simulated.settings import SimulatedSettings
from tests.messaging.carriers.wire.harness import Channel, Connection, RawCarrier, opened

SP = "901234"
SECRET = "secret"
ACCOUNT = CmppAccount(SP, SECRET)
PROMPT = SimulatedSettings(delay_s=0, slow_delay_s=0.3)
V30 = Version.V30


def config(port: int, **more: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "source_addr": SP,
        "shared_secret": SECRET,
        "version": "3.0",
        "reconnect_s": 0.05,
        **more,
    }


@asynccontextmanager
async def serving(
    account: CmppAccount = ACCOUNT, behaviour: SimulatedSettings = PROMPT
) -> AsyncIterator[tuple[CmppServer, int]]:
    server = CmppServer(account, behaviour=behaviour)
    port = await server.open("127.0.0.1", 0)
    try:
        yield server, port
    finally:
        await server.close()


@asynccontextmanager
async def connected(
    account: CmppAccount = ACCOUNT, **more: Any
) -> AsyncIterator[tuple[CmppServer, Channel]]:
    """A served gateway and a channel to it; `more` are settings of the channel."""
    async with (
        serving(account) as (server, port),
        opened(CmppConnector, config(port, **more)) as channel,
    ):
        yield server, channel


def recorded(server: CmppServer) -> list[Submit]:
    """Every submission the server gets from now on."""
    seen: list[Submit] = []
    server.on_submit = lambda submit, _: seen.append(submit)
    return seen


def proof(connect: Connect, secret: str = SECRET) -> bytes:
    """The answer to a CONNECT that shows that the carrier knows the secret."""
    version = Version(connect.version)
    ismg = authenticator.of_ismg(0, connect.authenticator, secret, version)
    return LAYOUTS[version][Command.CONNECT_RESP].encode(ConnectResp(0, ismg, version))


Reaction = Callable[[Pdu, Connection], bytes | None]


def polite(special: Reaction = lambda pdu, connection: None) -> RawCarrier:
    """A gateway that connects, answers signs of life and farewells, and else does as told."""

    def react(frame: bytes, connection: Connection) -> bytes | None:
        pdu = codec.decode(frame, V30)
        if (answer := special(pdu, connection)) is not None:
            return answer
        match pdu.command:
            case Command.CONNECT:
                return codec.framed(Command.CONNECT_RESP, pdu.sequence, proof(pdu.body))
            case Command.ACTIVE_TEST:
                return codec.framed(Command.ACTIVE_TEST_RESP, pdu.sequence, b"\0")
            case Command.TERMINATE:
                return codec.framed(Command.TERMINATE_RESP, pdu.sequence)
        return None

    return RawCarrier(react)


def accepted(pdu: Pdu, number: int, result: int = 0) -> bytes:
    body = SubmitResp(number.to_bytes(8, "big"), result)
    return codec.encode(Pdu(pdu.command | RESPONSE, pdu.sequence, body), V30)


def accepting(pdu: Pdu, connection: Connection) -> bytes | None:
    """Accept submissions; the id is the sequence number."""
    return accepted(pdu, pdu.sequence) if pdu.command == Command.SUBMIT else None


def deliver(sequence: int, body: Deliver) -> bytes:
    return codec.encode(Pdu(Command.DELIVER, sequence, body), V30)


def submitted(frames: list[bytes]) -> list[Pdu]:
    pdus = [codec.decode(frame, V30) for frame in frames]
    return [pdu for pdu in pdus if pdu.command == Command.SUBMIT]
