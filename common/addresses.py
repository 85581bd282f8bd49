"""Which network addresses a customer's URL may lead to."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressPolicy:
    """Public addresses are allowed, and those inside networks that the operator listed."""

    def __init__(self, allowed_networks: Iterable[str] = ()) -> None:
        """Take networks in CIDR form; raises ValueError for one that is malformed."""
        self._allowed: tuple[Network, ...] = tuple(map(ip_network, allowed_networks))

    def allows(self, literal: str) -> bool:
        """Whether a connection to an address literal may be made.

        An IPv6 address that stands for an IPv4 address (mapped, NAT64) is judged by that one;
        a 6to4 address by both.
        """
        address = _unwrapped(ip_address(literal))
        inner = address.sixtofour if isinstance(address, IPv6Address) else None
        return self._allows(address) and (inner is None or self._allows(inner))

    def _allows(self, address: Address) -> bool:
        return _is_public(address) or any(address in network for network in self._allowed)


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
