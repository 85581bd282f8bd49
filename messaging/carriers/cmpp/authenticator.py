"""Who knows the secret: the MD5 sums of CONNECT and its answer (carriers.md §1.2).

The protocol prescribes MD5; nothing else here relies on it.
"""

import hashlib
from datetime import datetime

from .pdus import Version


def timestamp(moment: datetime) -> int:
    """MMDDhhmmss as a number, which loses the zero in front from January to September."""
    return int(moment.strftime("%m%d%H%M%S"))


def of_source(source_addr: str, secret: str, timestamp: int) -> bytes:
    """`AuthenticatorSource`: what the client sends.

    The protocol means the name with 9 zero bytes behind it where the name has 6 bytes; a shorter
    one is filled up to 6 first (user-pain.md row 65). The timestamp counts with its 10 digits.
    """
    name = source_addr.encode("latin-1").ljust(6, b"\0")
    return _md5(name + bytes(9) + secret.encode("latin-1") + f"{timestamp:010d}".encode())


def of_ismg(status: int, source: bytes, secret: str, version: Version) -> bytes:
    """`AuthenticatorISMG`: what the carrier sends; the status has the width of the version."""
    width = 4 if version is Version.V30 else 1
    return _md5(status.to_bytes(width, "big") + source + secret.encode("latin-1"))


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
