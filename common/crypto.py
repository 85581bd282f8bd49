"""Secrets at rest: encrypted with the newest key, readable with every listed key."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UndecryptableError(Exception):
    """A stored secret that none of the keys in `FIELD_ENCRYPTION_KEYS` opens."""

    def __init__(self) -> None:
        super().__init__(
            "A stored secret cannot be decrypted. "
            "Put the key it was encrypted with back into FIELD_ENCRYPTION_KEYS."
        )


def encrypt(text: str) -> str:
    """Encrypt a text with the first key of setting `FIELD_ENCRYPTION_KEYS`."""
    return _box().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """Return the text of a token made by `encrypt`; raises UndecryptableError for any other."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        raise UndecryptableError from None


def _box() -> MultiFernet:
    return _box_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=2)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
