"""What a local PostgreSQL and a local Valkey have in common: found again, started, stopped."""

import os
import shutil
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from . import launch, ownership
from .errors import EmbeddedError
from .logs import rotated
from .places import Place
from .ports import free_port
from .remembered import Access

ATTEMPTS = 3
"""Another program may take the chosen port between our look and the server's start."""
START_TIMEOUT_S = 180.0
"""Recovery after a crash replays up to `max_wal_size`."""
POLL_S = 0.03


class Server(ABC):
    """One server program on a loopback port, with its data in a folder of its own.

    ``access.port`` is the port of this start, or of the last one until then.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """The name the system shows for the process."""
    stop_signal: ClassVar[signal.Signals]
    stop_grace_s: ClassVar[float]

    def __init__(self, *, place: Place, access: Access, log: Path, durable: bool) -> None:
        self.place = place
        self.access = access
        self.log = log
        self.durable = durable
        self.data = place.home / self.name
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The address with the password, as Django's settings take it."""

    @property
    @abstractmethod
    def marker(self) -> str:
        """The word of the command line that no other server of anyone has."""

    @abstractmethod
    def prepare(self) -> None:
        """Make what the server needs on disk before it starts."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command line for the port of this start."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes connections."""

    def has_died(self) -> bool:
        """Whether the server was started and is gone, without having been stopped."""
        return self._process is not None and self._process.poll() is not None

    def start(self) -> None:
        """Start the server, after ending one that a killed predecessor left on the same data.

        Keeps the port of the last start if it is free. Returns when the server answers; raises
        ``EmbeddedError`` with the end of its log when it does not come up.
        """
        self._end_left_over()
        self.prepare()
        with rotated(self.log).open("ab") as log:
            for attempt in range(1, ATTEMPTS + 1):
                self.access.port = free_port(self.access.port)
                self._process = self._spawn(log.fileno())
                try:
                    if self._came_up():
                        return
                except BaseException:
                    self.stop()
                    raise
                self.stop()
                time.sleep(0.3 * attempt)
        raise EmbeddedError(
            f"{self.name} does not start. The end of {self.log}:\n{self._log_end()}"
        )

    def stop(self) -> None:
        """Stop the server in good order, or by force when it takes too long."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(self.stop_signal)
        try:
            process.wait(self.stop_grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def set_aside(self, reason: str) -> None:
        """Move the data out of the way, so that the next start begins with none."""
        aside = self.data.with_name(f"{self.name}.set-aside")
        shutil.rmtree(aside, ignore_errors=True)
        self.data.rename(aside)
        print(f"{self.name}: {reason}; the old data are in {aside}", file=sys.stderr)

    def _end_left_over(self) -> None:
        left_over = ownership.servers_on(self.title, self.marker)
        ownership.end(left_over, grace_s=self.stop_grace_s, first_signal=self.stop_signal)

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        account = self.place.account
        shim = launch.launcher(
            parent=os.getpid(),
            signal_number=self.stop_signal,
            uid=account.uid if account else launch.KEEP_USER,
            gid=account.gid if account else launch.KEEP_USER,
        )
        return subprocess.Popen(
            [*shim, *self.command()],
            cwd="/",
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    @staticmethod
    def environment() -> dict[str, str]:
        """Nothing of the caller's: PG* variables and locales would change what the server does."""
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def _came_up(self) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.has_died() and time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(POLL_S)
        return False

    def _log_end(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
