"""A carrier to try clients against: the served protocols, from the command line."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from .cmpp.server import CmppAccount, CmppServer
from .cmpp.settings import PORT as CMPP_PORT
from .simulated.settings import SimulatedSettings
from .smpp.server import SmppAccount, SmppServer
from .smpp.settings import PORT as SMPP_PORT
from .wire.served import Server

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A protocol that can be served: its usual port, and how to make its server."""

    port: int
    make: Callable[[str, str, SimulatedSettings], Server[Any]]


SERVICES = {
    "smpp": Service(
        SMPP_PORT,
        lambda account, secret, behaviour: SmppServer(
            SmppAccount(account, secret), behaviour=behaviour
        ),
    ),
    "cmpp": Service(
        CMPP_PORT,
        lambda account, secret, behaviour: CmppServer(
            CmppAccount(account, secret), behaviour=behaviour
        ),
    ),
}


async def serve(
    protocol: str,
    *,
    host: str,
    port: int | None,
    account: str,
    secret: str,
    behaviour: SimulatedSettings,
) -> None:
    """Serve one of the `SERVICES` with the scenario numbers until SIGTERM or SIGINT.

    `port` None is the protocol's usual one. Raises OSError where it cannot listen.
    """
    service = SERVICES[protocol]
    server = service.make(account, secret, behaviour)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    listening_at = await server.open(host, service.port if port is None else port)
    log.info("carrier is served", protocol=protocol, host=host, port=listening_at)
    await stopping.wait()
    await server.close()
    log.info("carrier is served no more", protocol=protocol)
