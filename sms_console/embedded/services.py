"""PostgreSQL and Valkey for as long as they are needed: one's own, or those of ``.local/``."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import places
from .errors import EmbeddedError
from .postgres import Postgres
from .remembered import Remembered
from .server import Server
from .valkey import Valkey

KINDS: dict[str, type[Server]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}


@dataclass(frozen=True)
class Services:
    """The servers in use: the variables that hold their addresses, and those that we started."""

    environment: dict[str, str]
    started: dict[str, Server]

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        return self.environment["REDIS_URL"]

    def revive(self) -> list[str]:
        """Start again what died under us; returns the names.

        Raises ``EmbeddedError`` when a server cannot come back at the address it was known by.
        """
        dead = {name: server for name, server in self.started.items() if server.has_died()}
        for name, server in dead.items():
            server.start()
            if server.url != self.environment[name]:
                raise EmbeddedError(f"Another program took the port of {server.name}.")
        return [server.name for server in dead.values()]


@contextmanager
def services(local: Path, *, durable: bool = True) -> Iterator[Services]:
    """Run the servers a checkout needs, with everything they keep in the folder ``local``.

    A server whose variable (``DATABASE_URL``, ``REDIS_URL``) is set is somebody else's: it is
    used, not started. ``durable=False`` trades safety against a power cut for speed: for tests.

    Call it while holding the folder's lock. Raises ``EmbeddedError`` when a server cannot start.
    """
    environment = {name: os.environ[name] for name in KINDS if os.environ.get(name)}
    wanted = [name for name in KINDS if name not in environment]
    with ExitStack() as stack:
        started = _start(stack, local.resolve(), wanted, durable=durable) if wanted else {}
        environment |= {name: server.url for name, server in started.items()}
        yield Services(environment=environment, started=started)


def _start(stack: ExitStack, local: Path, names: list[str], *, durable: bool) -> dict[str, Server]:
    """Start the named servers; they stop, last first, when ``stack`` is closed."""
    logs = local / "log"
    logs.mkdir(parents=True, exist_ok=True)
    place = places.choose(local)
    remembered = Remembered(local)
    servers = {}
    for name in names:
        kind = KINDS[name]
        servers[name] = server = kind(
            place=place,
            access=remembered.access(kind.name),
            log=logs / f"{kind.name}.log",
            durable=durable,
        )
        stack.callback(server.stop)
        server.start()
        remembered.save()
    return servers
