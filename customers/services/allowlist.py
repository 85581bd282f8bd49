"""The addresses an application may call the send API from (spec console §5.1)."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_interface

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

MOST_ENTRIES = 100

_MAPPED_BITS = 96
"""The bits that IPv4 addresses written as IPv6 (`::ffff:203.0.113.7`) share."""


def checked_allowlist(entries: Iterable[str], *, field: str) -> list[str]:
    """Return the entries in their shortest form, each once, in the order given.

    An entry is an IPv4 or IPv6 address, or a network in CIDR form. Refuses more than 100 of them
    and names the first one that is neither, or that means another network than it seems to.
    """
    checked = list(dict.fromkeys(_checked(entry.strip(), field) for entry in entries))
    if len(checked) > MOST_ENTRIES:
        raise Refusal(
            "allowlist_length",
            _(
                "The list has %(count)s entries; at most %(most)s are possible. "
                "Put neighbouring addresses together as a network such as 203.0.113.0/24."
            ),
            field=field,
            params={"count": len(checked), "most": MOST_ENTRIES},
        )
    return checked


def _checked(entry: str, field: str) -> str:
    try:
        if "%" in entry:  # the zone of a link-local address means nothing to another machine
            raise ValueError(entry)
        interface = ip_interface(entry)
    except ValueError:
        raise Refusal(
            "allowlist_entry",
            _(
                "“%(entry)s” is no IP address and no network. "
                "Write 203.0.113.7, 203.0.113.0/24, 2001:db8::7 or 2001:db8::/32."
            ),
            field=field,
            params={"entry": entry},
        ) from None
    network = interface.network
    if interface.ip != network.network_address:
        raise Refusal(
            "allowlist_network",
            _(
                "“%(entry)s” is an address inside a network. Write %(network)s for the whole "
                "network, or %(address)s for the one address."
            ),
            field=field,
            params={"entry": entry, "network": network, "address": interface.ip},
        )
    return _shortest(network)


def _shortest(network: IPv4Network | IPv6Network) -> str:
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped and network.prefixlen >= _MAPPED_BITS:
        network = IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    is_single = network.prefixlen == network.max_prefixlen
    return str(network.network_address if is_single else network)
