"""Random UUIDs for places that make thousands a second."""

import os
import uuid
from collections import deque

LENGTH = 16
"""Bytes of a UUID."""
TAKEN = 256
"""The random bytes of so many are asked for at a time: each time, another thread takes over."""

_waiting: deque[bytes] = deque()  # its methods are safe between threads


def random_uuid() -> uuid.UUID:
    """As `uuid.uuid4`: from random bytes of the system, each used once."""
    try:
        own = _waiting.pop()
    except IndexError:
        block = os.urandom(LENGTH * TAKEN)
        own, *others = (block[at : at + LENGTH] for at in range(0, len(block), LENGTH))
        _waiting.extend(others)
    return uuid.UUID(bytes=own, version=4)


os.register_at_fork(after_in_child=_waiting.clear)
