"""The local Valkey: broker and cache."""

import signal
import socket
from pathlib import Path

from .errors import EmbeddedError
from .ports import LOOPBACK
from .server import Server

CONFIGURATION = "valkey.conf"


class Valkey(Server):
    """A Valkey server reached by TCP with a password."""

    name = "valkey"
    title = "valkey-server"
    stop_signal = signal.SIGTERM
    stop_grace_s = 10.0

    @property
    def url(self) -> str:
        return f"redis://:{self.access.password}@{LOOPBACK}:{self.access.port}/0"

    @property
    def marker(self) -> str:
        return str(self._configuration)

    @property
    def _configuration(self) -> Path:
        return self.place.home / CONFIGURATION

    def start(self) -> None:
        """As every server; data that cannot be read back are set aside.

        Nothing is lost by it: what the broker holds are doorbells, the work waits in PostgreSQL.
        """
        try:
            super().start()
        except EmbeddedError:
            self.set_aside("the data cannot be read back")
            super().start()

    def prepare(self) -> None:
        self.place.make_folder(self.name)

    def command(self) -> list[str]:
        self.place.write_private(CONFIGURATION, self._settings())
        return [str(self.place.programs.valkey), str(self._configuration)]

    def answers(self) -> bool:
        request = f"AUTH {self.access.password}\r\nPING\r\n".encode()
        try:
            with socket.create_connection((LOOPBACK, self.access.port), timeout=5) as connection:
                connection.sendall(request)
                answer = connection.makefile("rb")
                return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def _settings(self) -> str:
        keep = "yes" if self.durable else "no"
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.access.port}",
            f"requirepass {self.access.password}",
            f'dir "{self.data}"',
            "daemonize no",
            'logfile ""',
            # The command line tells a later start that this server is ours.
            "set-proc-title no",
            'save ""',
            f"appendonly {keep}",
            "appendfsync everysec",
            "maxmemory-policy noeviction",
        ]
        return "\n".join(lines) + "\n"
