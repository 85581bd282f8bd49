"""Addresses of names, asked for in the threads of the loop and remembered for moments."""

import asyncio
import ipaddress
import socket
from functools import partial
from typing import TypeAlias

from .faults import ResolutionError

REMEMBERED_S = 10.0

SocketAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
AddressInfo: TypeAlias = tuple[socket.AddressFamily, socket.SocketKind, int, str, SocketAddress]
_Name: TypeAlias = tuple[str, int]
_Lookup: TypeAlias = asyncio.Future[list[AddressInfo]]


class Names:
    """Resolves names through the default executor of the loop.

    Those who ask for the same name at the same time share a thread, so one that never resolves
    holds one only.
    """

    def __init__(self) -> None:
        """Belong to the running loop."""
        self._loop = asyncio.get_running_loop()
        self._known: dict[_Name, tuple[float, list[AddressInfo]]] = {}
        self._lookups: dict[_Name, _Lookup] = {}

    async def addresses(self, host: str, port: int) -> list[AddressInfo]:
        """Return at least one address; raises ResolutionError.

        Who is cancelled waits no more; the lookup goes on.
        """
        name = (host, port)
        until, known = self._known.get(name, (0.0, []))
        if self._loop.time() < until:
            return known
        if _is_literal(host):
            return _looked_up(host, port, socket.AI_NUMERICHOST)
        lookup = self._lookups.get(name)
        if lookup is None:
            lookup = self._loop.run_in_executor(None, _looked_up, host, port, socket.AI_ADDRCONFIG)
            self._lookups[name] = lookup
            lookup.add_done_callback(partial(self._remember, name))
        return await asyncio.shield(lookup)

    def _remember(self, name: _Name, lookup: _Lookup) -> None:
        del self._lookups[name]
        if lookup.cancelled() or lookup.exception() is not None:
            return
        now = self._loop.time()
        self._known = {key: entry for key, entry in self._known.items() if entry[0] > now}
        self._known[name] = (now + REMEMBERED_S, lookup.result())


def _looked_up(host: str, port: int, flags: int) -> list[AddressInfo]:
    try:
        return [*socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)]
    except (socket.gaierror, UnicodeError) as exc:
        raise ResolutionError(str(exc)) from exc


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
