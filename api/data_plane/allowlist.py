"""From which address a request comes, and whether its application may call from there."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class AllowList:
    """Addresses and networks, IPv4 and IPv6, in CIDR form; an empty list allows any address."""

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the entries; one that is malformed allows nothing, but the list is not empty."""
        entries = list(entries)
        self._is_open = not entries
        self._networks = _networks(entries)

    def allows(self, address: Address | None) -> bool:
        """Whether calls may come from an address; None is one that is not known."""
        return self._is_open or (address is not None and _is_in(address, self._networks))


def client_address(request: HttpRequest) -> Address | None:
    """The address of the client, or None when it cannot be told.

    `X-Forwarded-For` counts only where it was written by a proxy of setting `TRUSTED_PROXIES`:
    read from its end, the first address that is not such a proxy's is the client's.
    """
    proxies = _trusted(tuple(settings.TRUSTED_PROXIES))
    address = _address(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    while address is not None and hops and _is_in(address, proxies):
        if hop := hops.pop().strip():
            address = _address(hop)
    return address


@lru_cache(maxsize=4)
def _trusted(entries: tuple[str, ...]) -> tuple[Network, ...]:
    return _networks(entries)


def _networks(entries: Iterable[str]) -> tuple[Network, ...]:
    networks = []
    for entry in entries:
        try:
            networks.append(ip_network(entry.strip(), strict=False))
        except ValueError:
            continue
    return tuple(networks)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A server that listens on IPv6 sees IPv4 clients so.
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
