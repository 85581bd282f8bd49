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
    return encrypt_bytes(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """Return the text of a token made by `encrypt`; raises UndecryptableError for any other."""
    return decrypt_bytes(token.encode()).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """Encrypt a file's content with the first key; a third longer afterwards."""
    return _box().encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    """Return the content of a token made by `encrypt_bytes`; raises UndecryptableError likewise."""
    try:
        return _box().decrypt(token)
    except InvalidToken:
        raise UndecryptableError from None


def _box() -> MultiFernet:
    return _box_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=2)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
