"""Ports and passwords of the local servers, kept from one start to the next."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from .private_files import write_private

FILE = "services.json"


@dataclass
class Access:
    """How to reach one server: its loopback port (0 before the first start) and password."""

    port: int
    password: str


class Remembered:
    """The file ``services.json`` in ``.local``, mode 600."""

    def __init__(self, local: Path) -> None:
        self._path = local / FILE
        stored = json.loads(self._path.read_text()) if self._path.exists() else {}
        self._servers = {name: Access(**access) for name, access in stored.items()}

    def access(self, name: str) -> Access:
        """The access of one server; a password is made the first time and is on disk on return."""
        if name not in self._servers:
            self._servers[name] = Access(port=0, password=secrets.token_hex(24))
            self.save()
        return self._servers[name]

    def save(self) -> None:
        servers = {name: asdict(access) for name, access in self._servers.items()}
        write_private(self._path, json.dumps(servers, indent=2) + "\n")
