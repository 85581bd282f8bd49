import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.stack import Stack


class OneProgram(Stack):
    """A stack whose carrier process is the one given as its demo data."""

    def programs(self) -> dict[str, list[psutil.Process]]:
        return {"carrier": [self.demo["process"]]}


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A carrier process that answers each line with the same line."""
    with psutil.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield OneProgram({"process": process}, Path())
        process.stdin.close()


def fail_meanwhile(stack: Stack, process: psutil.Popen) -> None:
    with stack.paused("carrier"):
        process.stdin.write(b"dear reader\n")
        process.stdin.flush()
        while process.status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)  # nothing tells when a process has come to a stop
        raise ZeroDivisionError


def test_a_paused_program_stands_still_and_goes_on_even_after_an_error(stack: Stack) -> None:
    process = stack.demo["process"]

    with pytest.raises(ZeroDivisionError):
        fail_meanwhile(stack, process)

    assert process.stdout.readline() == b"dear reader\n"
    assert process.status() != psutil.STATUS_STOPPED
