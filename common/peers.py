"""From which address a request comes: the client's, even behind proxies."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest) -> Address | None:
    """The address of the client, or None when it cannot be told.

    `X-Forwarded-For` counts only where it was written by a proxy of setting `TRUSTED_PROXIES`:
    read from its end, the first address that is not such a proxy's is the client's.
    """
    proxies = _trusted(tuple(settings.TRUSTED_PROXIES))
    address = _address(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    while address is not None and hops and is_in(address, proxies):
        if hop := hops.pop().strip():
            address = _address(hop)
    return address


def address_of(request: HttpRequest) -> str | None:
    """The client's address as the audit trail keeps it."""
    address = client_address(request)
    return str(address) if address else None


def networks(entries: Iterable[str]) -> tuple[Network, ...]:
    """The networks of CIDR entries; a malformed one is left out."""
    found = []
    for entry in entries:
        try:
            found.append(ip_network(entry.strip(), strict=False))
        except ValueError:
            continue
    return tuple(found)


def is_in(address: Address, among: Sequence[Network]) -> bool:
    """Whether one of the networks has the address."""
    return any(address in network for network in among)


@lru_cache(maxsize=4)
def _trusted(entries: tuple[str, ...]) -> tuple[Network, ...]:
    return networks(entries)


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A server that listens on IPv6 sees IPv4 clients so.
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
