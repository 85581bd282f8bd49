"""Connections to receivers: made to allowed addresses only, and kept for a moment."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from functools import cache

from common.addresses import AddressPolicy

from .connection import Connection
from .faults import BlockedError
from .names import AddressInfo, Names
from .request import Place

# Shorter than the idle time after which any usual server closes: a POST on a connection that
# was closed meanwhile, unnoticed because the loop stood still, fails and is not repeated here.
KEEP_ALIVE_S = 1.0

_LEAST_TRY_S = 0.25


class Pool:
    """Gives connections and takes them back; the one that was used last is given first.

    Every address is checked where its socket is made, after name resolution, so neither an IP
    literal nor a name that changes its address gets past. Belongs to the running loop.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        connect_timeout_s: float,
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        """Take how long connecting may last, over all addresses of a name and with TLS."""
        self._policy = policy
        self._connect_timeout_s = connect_timeout_s
        self._keep_alive_s = keep_alive_s
        self._loop = asyncio.get_running_loop()
        self._names = Names()
        self._idle: dict[Place, list[Connection]] = {}
        self._open: set[Connection] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    def take(self, place: Place) -> Connection | None:
        """Return a kept connection that can be used at once, or none."""
        idle = self._idle.get(place)
        oldest = self._loop.time() - self._keep_alive_s
        while idle:
            connection = idle.pop()
            if connection.is_reusable and connection.idle_since >= oldest:
                return connection
            connection.close()
        return None

    async def connect(self, place: Place, *, deadline: float) -> Connection:
        """Return a new connection; raises OSError when none can be made until `deadline`.

        `deadline` is a time of the loop.
        """
        async with asyncio.timeout_at(deadline):
            addresses = await self._names.addresses(place.host, place.port)
            async with asyncio.timeout(self._connect_timeout_s):
                context = tls_context() if place.is_tls else None
                _transport, connection = await self._loop.create_connection(
                    lambda: Connection(self._open),
                    sock=await self._connected(addresses),
                    ssl=context,
                    server_hostname=place.host.rstrip(".") if place.is_tls else None,
                )
        if self._is_closed:
            connection.close()
            raise ConnectionResetError("closed while connecting")
        return connection

    def give_back(self, place: Place, connection: Connection) -> None:
        """Keep a connection for the next request, or close it when it cannot carry one."""
        if self._is_closed or not connection.is_reusable:
            connection.close()
            return
        connection.idle_since = self._loop.time()
        self._idle.setdefault(place, []).append(connection)
        if self._timer is None:
            self._timer = self._loop.call_later(self._keep_alive_s, self._close_idle)

    async def close(self) -> None:
        """Close all connections, those with a request under way too."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._idle.clear()
        losses = [connection.lost for connection in self._open]
        for connection in list(self._open):
            connection.close()
        if losses:
            await asyncio.wait(losses)

    def _close_idle(self) -> None:
        oldest = self._loop.time() - self._keep_alive_s
        for place, idle in list(self._idle.items()):
            expired = [connection for connection in idle if connection.idle_since <= oldest]
            for connection in expired:
                connection.close()
            del idle[: len(expired)]  # they are in the order in which they were given back
            if not idle:
                del self._idle[place]
        self._timer = (
            self._loop.call_later(self._keep_alive_s, self._close_idle) if self._idle else None
        )

    async def _connected(self, addresses: Sequence[AddressInfo]) -> socket.socket:
        """Try one address after the other, each for its share of the time that is left."""
        deadline = self._loop.time() + self._connect_timeout_s
        failure: OSError = BlockedError()
        for tried, address in enumerate(addresses):
            if not self._policy.allows(str(address[4][0])):
                continue
            share_s = (deadline - self._loop.time()) / (len(addresses) - tried)
            try:
                async with asyncio.timeout(max(share_s, _LEAST_TRY_S)):
                    return await self._connected_to(address)
            except OSError as exc:
                failure = exc
        raise failure

    async def _connected_to(self, address: AddressInfo) -> socket.socket:
        family, kind, protocol, _name, where = address
        made = socket.socket(family, kind, protocol)
        try:
            made.setblocking(False)
            await self._loop.sock_connect(made, where)
        except BaseException:
            made.close()
            raise
        return made


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates are verified against the authorities of the system, names and all."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
