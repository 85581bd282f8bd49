"""What can go wrong between us and a receiver."""

import ssl
from enum import StrEnum


class Fault(StrEnum):
    """Why a request got no complete answer."""

    TIMEOUT = "timeout"
    REFUSED = "refused"
    DNS = "dns"
    TLS = "tls"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    CLOSED = "closed"
    MALFORMED = "malformed"
    INVALID_URL = "invalid_url"


class BlockedError(OSError):
    """The address is not one that customers' URLs may lead to."""


class ResolutionError(OSError):
    """The name has no address, or nobody could tell it."""


# The first row that fits decides.
_FAULTS: tuple[tuple[type[OSError] | tuple[type[OSError], ...], Fault], ...] = (
    (TimeoutError, Fault.TIMEOUT),
    (BlockedError, Fault.BLOCKED),
    (ResolutionError, Fault.DNS),
    (ssl.SSLError, Fault.TLS),
    ((ConnectionResetError, BrokenPipeError), Fault.CLOSED),
)


def fault_of(exc: OSError, *, otherwise: Fault) -> Fault:
    """The fault that an error of the network stands for, or the given one for any other."""
    return next((fault for kinds, fault in _FAULTS if isinstance(exc, kinds)), otherwise)
