"""References that tell a handset which parts belong together."""

import random
from collections import OrderedDict

REMEMBERED = 50_000
"""Recipients whose last reference is remembered."""


class References:
    """Gives each long message to a recipient another reference, 256 times in a row."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._last: OrderedDict[str, int] = OrderedDict()
        self._remembered = remembered

    def next(self, recipient: str) -> int:
        """A reference from 0 to 255; the first one for a recipient is any of them."""
        last = self._last.pop(recipient, None)
        reference = random.randrange(256) if last is None else (last + 1) % 256
        self._last[recipient] = reference
        if len(self._last) > self._remembered:
            self._last.popitem(last=False)
        return reference
