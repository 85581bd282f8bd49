"""Secrets of a local installation: made once, kept in ``.local/secrets.env``."""

import base64
import secrets
from pathlib import Path

from .private_files import write_private

FILE = "secrets.env"


def ensure(local: Path) -> dict[str, str]:
    """The secrets that settings ask for, as variables; made at the first start (mode 600)."""
    path = local / FILE
    if not path.exists():
        made = {"SECRET_KEY": secrets.token_urlsafe(48), "FIELD_ENCRYPTION_KEYS": _fernet_key()}
        write_private(path, "".join(f"{name}={value}\n" for name, value in made.items()))
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
