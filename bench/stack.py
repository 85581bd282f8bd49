"""The stack under load: one of our own for the time of the measurement, or one that runs."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

from sms_console.embedded import places
from sms_console.embedded.lock import exclusive
from sms_console.embedded.ports import free_port

from .errors import BenchError

ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 60.0
POLL_S = 0.25
CARRIER_POLL_S = 0.1
SETTLE_TIMEOUT_S = 300.0

_UNFINISHED = """
SELECT (SELECT count(*) FROM messaging_sendrequest WHERE dispatch < 2)
     + (SELECT count(*) FROM messaging_message WHERE finished_at IS NULL)
     + (SELECT count(*) FROM messaging_callback WHERE state = 0)
"""

_UNDER_WAY = """
SELECT EXISTS (SELECT FROM messaging_message WHERE id > %s AND finished_at IS NULL)
"""

_POSTGRESQL = """
SELECT current_setting('server_version'), current_setting('fsync'),
       current_setting('synchronous_commit')
"""


@dataclass(frozen=True)
class Stack:
    """A running stack, known by the folder of its supervisor."""

    demo: dict[str, Any]
    local: Path

    @classmethod
    def at(cls, demo_file: Path) -> "Stack":
        return cls(json.loads(demo_file.read_text(encoding="utf-8")), demo_file.resolve().parent)

    @property
    def address(self) -> tuple[str, int]:
        url = urlsplit(self.demo["base_url"])
        return url.hostname or "127.0.0.1", url.port or 80

    @property
    def database_url(self) -> str:
        environment = json.loads((self.local / "run" / "environment.json").read_text())
        return str(environment["DATABASE_URL"])

    @property
    def redis_url(self) -> str:
        environment = json.loads((self.local / "run" / "environment.json").read_text())
        return str(environment["REDIS_URL"])

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.database_url, autocommit=True)

    def programs(self) -> dict[str, list[psutil.Process]]:
        """The processes of the stack as they are now, by the program they belong to."""
        run = self.local / "run"
        supervisor = psutil.Process(json.loads((run / "lock").read_text())["pid"])
        names = {json.loads(one.read_text())["pid"]: one.stem for one in run.glob("*.pid")}
        trees: dict[str, list[psutil.Process]] = {}
        for one in supervisor.children():
            with suppress(psutil.NoSuchProcess):  # it died while we looked
                trees[names.get(one.pid, one.name())] = [one, *one.children(recursive=True)]
        return {"supervisor": [supervisor], **trees}

    def django(self, script: str) -> str:
        """Run Python with the stack's Django; return what it prints."""
        environment = json.loads((self.local / "run" / "environment.json").read_text())
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", script],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    @contextmanager
    def paused(self, program: str) -> Iterator[None]:
        """Stop the processes of a program where they are; they go on afterwards."""
        processes = self.programs()[program]
        try:
            for process in processes:
                process.suspend()
            yield
        finally:
            for process in processes:
                process.resume()

    def postgresql(self) -> dict[str, str]:
        """Version of the server, and the settings that make a commit durable or not."""
        with self.connect() as connection:
            row = connection.execute(_POSTGRESQL).fetchone()
        assert row is not None
        return dict(zip(("version", "fsync", "synchronous_commit"), row, strict=True))

    def unfinished(self) -> int:
        """Requests, messages and callbacks that something is still to happen to."""
        with self.connect() as connection:
            row = connection.execute(_UNFINISHED).fetchone()
        assert row is not None
        return int(row[0])

    def last_message_id(self) -> int:
        with self.connect() as connection:
            row = connection.execute(
                "SELECT COALESCE(max(id), 0) FROM messaging_message"
            ).fetchone()
        assert row is not None
        return int(row[0])

    def wait_for_the_carrier(self, *, after: int) -> None:
        """Return when all messages above the id ``after`` are final."""
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        with self.connect() as connection:
            while connection.execute(_UNDER_WAY, [after]).fetchone() != (False,):
                if time.monotonic() > deadline:
                    raise BenchError("the carrier process does not finish")
                time.sleep(CARRIER_POLL_S)

    def settle(self, *, left: int) -> None:
        """Wait until no more than ``left`` things are unfinished, so that rounds start alike."""
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        while (unfinished := self.unfinished()) > left:
            if time.monotonic() > deadline:
                raise BenchError(
                    f"the stack does not come to rest: {unfinished} things unfinished after "
                    f"{SETTLE_TIMEOUT_S:.0f} s; see the logs in {self.local / 'log'}"
                )
            time.sleep(POLL_S)

    def report_without_delay(self) -> None:
        """Have the simulated carrier send its receipts at once: its delay is not our time."""
        with self.connect() as connection:
            connection.execute(
                "UPDATE messaging_channel SET config = config || '{\"delay_s\": 0}'"
                " WHERE connector = 'simulated'"
            )


@contextmanager
def own_stack(local: Path, *, web: int = 2, carriers: int = 1) -> Iterator[Stack]:
    """Start a stack with fresh data in the folder ``local``; stop and remove it afterwards.

    ``web`` and ``carriers`` are how many processes serve requests and hold carriers' sessions.
    Raises ``BenchError`` when it does not start, or when ``local`` holds something else.
    """
    local = local.resolve()
    if local.exists() and any(local.iterdir()) and not (local / "run" / "lock").exists():
        raise BenchError(f"{local} holds something else than the data of a stack; left alone")
    _remove(local)
    local.mkdir(parents=True)
    command = [sys.executable, "-m", "bench.supervised", str(local), str(free_port())]
    command += [str(web), str(carriers)]
    words = local / "supervisor.log"
    with words.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        stack = _ready(process, local, words)
        stack.report_without_delay()
        yield stack
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_TIMEOUT_S)
    _remove(local)


def _ready(process: subprocess.Popen[bytes], local: Path, words: Path) -> Stack:
    demo_file = local / "demo.json"
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        if demo_file.exists():
            stack = Stack.at(demo_file)
            if _is_ready(stack):
                return stack
        time.sleep(POLL_S)
    end = "\n".join(words.read_text(errors="replace").splitlines()[-15:])
    raise BenchError(f"the stack does not start. The end of {words}:\n{end}")


def _is_ready(stack: Stack) -> bool:
    try:
        with urllib.request.urlopen(f"{stack.demo['base_url']}/readyz", timeout=5):
            return True
    except OSError:
        return False


def _remove(local: Path) -> None:
    if local.exists():
        with exclusive(local):
            places.remove(local)
