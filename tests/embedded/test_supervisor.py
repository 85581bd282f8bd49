"""The supervisor starts, watches, restarts and stops processes; a stand-in is the application."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from sms_console.embedded.ports import free_port

from .alive import all_end, is_running

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).with_name("run_stand_in.py")
PATIENCE_S = 60
SLEEP = ["-c", "import time; print('at work', flush=True); time.sleep(600)"]
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(600)"
)
STUBBORN = ["-c", DEAF]


class Run:
    """A supervisor at work, its output line by line."""

    def __init__(self, root: Path, port: int, described: dict[str, Any], **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, STAND_IN, root, str(port), json.dumps(described)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.seen: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str) -> str:
        """The next line that has ``text`` in it."""
        while True:
            line = self._lines.get(timeout=PATIENCE_S)
            if line is None:
                pytest.fail(f"ended without {text!r}:\n{''.join(self.seen)}")
            if text in line:
                return line

    def end(self, signal_number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(signal_number)
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.seen.append(line)
            self._lines.put(line)
        self._lines.put(None)


Start = Callable[..., Run]


@pytest.fixture
def start(open_folder: Path) -> Iterator[Start]:
    """Starts a stand-in with foreign servers in its environment, so that none is started."""
    runs: list[Run] = []

    def begin(
        processes: dict[str, list[str]],
        *,
        steps: dict[str, list[str]] | None = None,
        port: int | None = None,
        with_services: bool = False,
    ) -> Run:
        port = port or free_port()
        (open_folder / "readyz").write_text("ready")
        given = {"DATABASE_URL": "postgres://db.example/a", "REDIS_URL": "redis://r.example"}
        described = {"steps": steps or {}, "processes": processes}
        runs.append(Run(open_folder, port, described, **({} if with_services else given)))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.ended()


def web(port: int) -> list[str]:
    """A web server that answers ``/readyz``."""
    return ["-m", "http.server", str(port), "--bind", "127.0.0.1"]


def recorded_pid(root: Path, name: str) -> int:
    return int(json.loads((root / ".local" / "run" / f"{name}.pid").read_text())["pid"])


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_everything(
    start: Start, open_folder: Path, signal_number: signal.Signals
) -> None:
    port = free_port()
    run = start({"web": web(port), "beat": SLEEP}, steps={"migrate": ["-c", "1"]}, port=port)
    run.wait_for(f"Ready: http://127.0.0.1:{port}/")
    pids = [recorded_pid(open_folder, name) for name in ("web", "beat")]
    assert run.end(signal_number) == 0
    assert not any(is_running(pid) for pid in pids)
    assert list((open_folder / ".local" / "run").glob("*.pid")) == []


def test_with_services_everything_ends_too(start: Start, open_folder: Path) -> None:
    run = start({"beat": SLEEP}, with_services=True)
    run.wait_for("at work")
    servers = [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(str(open_folder / ".local") in word for word in process.info["cmdline"] or [])
        and process.info["cmdline"][0].endswith(("/postgres", "/valkey-server"))
    ]
    assert len(servers) == 2
    assert run.end(signal.SIGTERM) == 0
    assert not any(is_running(pid) for pid in servers)


def test_lines_carry_the_name_and_are_kept_in_a_file(start: Start, open_folder: Path) -> None:
    run = start({"beat": SLEEP})
    assert run.wait_for("at work") == "beat      | at work\n"
    assert (open_folder / ".local" / "log" / "beat.log").read_text() == "at work\n"
    run.end(signal.SIGTERM)
    again = start({"beat": SLEEP})
    again.wait_for("at work")
    assert (open_folder / ".local" / "log" / "beat.log").read_text() == "at work\n"


def test_the_application_gets_its_environment(start: Start, open_folder: Path) -> None:
    names = ["DATABASE_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "SMS_DEMO", "SMS_LOCAL_DIR"]
    script = f"import json, os; print(json.dumps([os.environ[name] for name in {names}]))"

    def said() -> list[str]:
        run = start({"beat": SLEEP}, steps={"seed": ["-c", script]})
        values: list[str] = json.loads(run.wait_for("seed      | [").split("| ")[1])
        run.end(signal.SIGTERM)
        return values

    first = said()
    assert first[0] == "postgres://db.example/a"
    assert first[3:] == ["true", str(open_folder / ".local")]
    assert said() == first
    secrets = open_folder / ".local" / "secrets.env"
    assert oct(secrets.stat().st_mode & 0o777) == "0o600"


def test_a_crashed_process_starts_again(start: Start, open_folder: Path) -> None:
    run = start({"beat": SLEEP})
    run.wait_for("at work")
    first = recorded_pid(open_folder, "beat")
    psutil.Process(first).kill()
    run.wait_for("beat was killed by SIGKILL; starting it again")
    run.wait_for("at work")
    assert recorded_pid(open_folder, "beat") != first


def test_what_a_crashed_process_started_ends_with_it(start: Start, open_folder: Path) -> None:
    script = (
        "import subprocess, sys; "
        "pool = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        "print('pool', pool.pid, flush=True); pool.wait()"
    )
    run = start({"worker": ["-c", script]})
    pool = int(run.wait_for("pool").split()[-1])
    psutil.Process(recorded_pid(open_folder, "worker")).kill()
    assert all_end(pool)
    run.wait_for("pool")


def test_one_that_does_not_stop_is_killed(start: Start) -> None:
    run = start({"beat": STUBBORN})
    run.wait_for("deaf")
    assert run.end(signal.SIGTERM) == 0
    assert any("beat does not stop; killing it" in line for line in run.seen)


def test_a_step_that_fails_stops_the_run(start: Start) -> None:
    run = start({"beat": SLEEP}, steps={"migrate": ["-c", "raise SystemExit('no such table')"]})
    assert run.ended() == 1
    said = "".join(run.seen)
    assert "migrate   | no such table" in said
    assert "`migrate` failed" in said
    assert "at work" not in said


def test_a_signal_during_a_step_ends_it(start: Start) -> None:
    run = start({"beat": SLEEP}, steps={"migrate": SLEEP})
    run.wait_for("migrate   | at work")
    assert run.end(signal.SIGTERM) == 0
    assert not any("beat" in line for line in run.seen)


def test_a_taken_port_is_named_with_the_remedy(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        run = start({"beat": SLEEP}, port=port)
        assert run.ended() == 1
    said = "".join(run.seen)
    assert f"Port {port} of 127.0.0.1 is taken by another program" in said
    assert f"make run PORT={port + 1}" in said


def test_a_second_run_in_the_checkout_is_refused(start: Start) -> None:
    first = start({"beat": SLEEP})
    first.wait_for("at work")
    second = start({"beat": SLEEP})
    assert second.ended() == 1
    assert f"already runs in this checkout (process {first.process.pid})" in "".join(second.seen)
    assert first.process.poll() is None


def test_a_killed_supervisor_takes_its_processes_along(start: Start, open_folder: Path) -> None:
    run = start({"beat": SLEEP})
    run.wait_for("at work")
    pid = recorded_pid(open_folder, "beat")
    run.process.kill()
    if sys.platform == "linux":
        assert all_end(pid)


def test_processes_that_outlived_their_supervisor_are_ended_first(
    start: Start, open_folder: Path
) -> None:
    run = start({"beat": STUBBORN})
    run.wait_for("deaf")
    left_over = recorded_pid(open_folder, "beat")
    run.process.kill()
    run.process.wait()
    assert is_running(left_over)
    again = start({"beat": SLEEP})
    again.wait_for("ended beat, left over")
    assert not is_running(left_over)
    again.wait_for("at work")
