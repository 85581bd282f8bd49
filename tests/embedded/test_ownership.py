"""A recorded process is ended with all it started; a stranger with its number is not."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from sms_console.embedded import ownership

from .alive import is_running

LEADER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
child.wait()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def leader() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", LEADER], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_the_process_and_its_children_end(tmp_path: Path, leader: subprocess.Popen[str]) -> None:
    child = int(first_line(leader))
    ownership.record_process(tmp_path / "web.pid", leader.pid)
    assert ownership.end_recorded(tmp_path / "web.pid", grace_s=5)
    assert not is_running(leader.pid)
    assert not is_running(child)
    assert not (tmp_path / "web.pid").exists()


def test_children_end_even_when_their_leader_is_gone(
    tmp_path: Path, leader: subprocess.Popen[str]
) -> None:
    child = int(first_line(leader))
    ownership.record_process(tmp_path / "web.pid", leader.pid)
    leader.kill()
    leader.wait()
    assert is_running(child)
    assert ownership.end_recorded(tmp_path / "web.pid", grace_s=5)
    assert not is_running(child)


def test_a_stranger_that_reuses_the_number_goes_on(
    tmp_path: Path, leader: subprocess.Popen[str]
) -> None:
    first_line(leader)
    record = {"pid": leader.pid, "started": psutil.Process(leader.pid).create_time() - 3600}
    (tmp_path / "web.pid").write_text(json.dumps(record))
    assert not ownership.end_recorded(tmp_path / "web.pid", grace_s=5)
    assert is_running(leader.pid)


def test_an_empty_record_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "web.pid").touch()
    assert not ownership.end_recorded(tmp_path / "web.pid", grace_s=5)
    assert not (tmp_path / "web.pid").exists()


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    stubborn = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    first_line(stubborn)
    ownership.end([psutil.Process(stubborn.pid)], grace_s=0.2)
    assert not is_running(stubborn.pid)
    stubborn.communicate()
