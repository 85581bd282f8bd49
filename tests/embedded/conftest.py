"""Folders that a server's own user can and cannot reach, and a process that owns servers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sms_console.embedded import places

ROOT = Path(__file__).resolve().parents[2]
OWNER = Path(__file__).with_name("owner.py")


@pytest.fixture(autouse=True)
def no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's own servers are in the environment; these tests start theirs."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a space in its path that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="sms console "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_folder(monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> Path:
    """A home of mode 700; what must lie elsewhere goes to another folder of the test's."""
    monkeypatch.setattr(places, "SHARED_HOME", open_folder / "var" / "sms-console")
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    return home


class Owner:
    """Another process that started servers in a folder and waits."""

    def __init__(self, local: Path, *, leave_servers: bool) -> None:
        words = ["leave-servers"] if leave_servers else []
        self.process = subprocess.Popen(
            [sys.executable, OWNER, local, *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.said: dict[str, Any] = json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def owner() -> Iterator[Callable[..., Owner]]:
    """Starts such a process; it is killed in the end if the test has not."""
    owners: list[Owner] = []

    def start(local: Path, *, leave_servers: bool = False) -> Owner:
        owners.append(Owner(local, leave_servers=leave_servers))
        return owners[-1]

    yield start
    for one in owners:
        one.kill()
