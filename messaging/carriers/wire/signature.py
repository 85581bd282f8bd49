"""The signature in front of a text, for carriers that put it there themselves."""

import re
from collections.abc import Sequence

_SIGNATURE = re.compile(r"【[^】]{1,20}】|\[[^\]]{1,20}\]")


def without_signature(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts without the signature at the beginning of the first one.

    The platform cuts a text with its signature, so the first part has room for the one that the
    carrier adds (user-pain.md row 63).
    """
    found = _SIGNATURE.match(parts[0])
    return (parts[0][found.end() :] if found else parts[0], *parts[1:])
