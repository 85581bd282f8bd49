"""Whether an application may be called from an address."""

from collections.abc import Iterable

from common.peers import Address, is_in, networks


class AllowList:
    """Addresses and networks, IPv4 and IPv6, in CIDR form; an empty list allows any address."""

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the entries; one that is malformed allows nothing, but the list is not empty."""
        entries = list(entries)
        self._is_open = not entries
        self._networks = networks(entries)

    def allows(self, address: Address | None) -> bool:
        """Whether calls may come from an address; None is one that is not known."""
        return self._is_open or (address is not None and is_in(address, self._networks))
