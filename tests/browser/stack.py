"""The whole product, running in a copy of the checkout: its address and its demo log-ins."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services import NOT_PASSED_ON

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".git", ".venv", ".local", "__pycache__", "screenshots", ".*_cache", "tests")

READY = "SMS Console is ready."
STOP_S = 60


@dataclass(frozen=True)
class Stack:
    """A running product, and the folder it runs in."""

    base_url: str
    demo: dict[str, Any]
    home: Path


@contextmanager
def running_stack(folder: Path) -> Iterator[Stack]:
    """Copy the product to `folder`, start it as `make run` does, and stop it in the end.

    Raises RuntimeError with what the product said when it ends before it is ready.
    """
    home = folder / "product"
    shutil.copytree(ROOT, home, ignore=shutil.ignore_patterns(*LEFT_OUT))
    port = _free_port()
    log = folder / "stack.log"
    process = _start(home, port, log)
    try:
        demo = json.loads((home / ".local" / "demo.json").read_text(encoding="utf-8"))
        yield Stack(f"http://127.0.0.1:{port}", demo, home)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STOP_S)


def _start(home: Path, port: int, log: Path) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    process = subprocess.Popen(
        [sys.executable, "-m", "sms_console.embedded", "run", "--end-with-parent"],
        cwd=home,
        env=environment | {"PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if READY in line:
            _drain(process, log)
            return process
    raise RuntimeError("The product ended before it was ready:\n" + "".join(said[-40:]))


def _drain(process: "subprocess.Popen[str]", log: Path) -> None:
    """Keep reading what the product says, so that it never waits for us."""

    def copy() -> None:
        assert process.stdout
        with process.stdout, log.open("w", encoding="utf-8") as file:
            file.writelines(process.stdout)

    threading.Thread(target=copy, daemon=True).start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
