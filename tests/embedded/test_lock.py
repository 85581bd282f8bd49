"""Only one process works in a checkout."""

import threading
from pathlib import Path

import pytest

from sms_console.embedded.errors import AlreadyRunningError
from sms_console.embedded.lock import exclusive


def test_a_second_one_is_refused_and_told_about_the_first(tmp_path: Path) -> None:
    import os

    with (
        exclusive(tmp_path),
        pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"),
        exclusive(tmp_path),
    ):
        pass


def test_the_next_one_may_work_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with exclusive(tmp_path):
            pass


def test_the_next_one_waits_for_one_that_is_stopping(tmp_path: Path) -> None:
    entered = threading.Event()

    def follow() -> None:
        with exclusive(tmp_path):
            entered.set()

    with exclusive(tmp_path) as lock:
        lock.say_stopping()
        follower = threading.Thread(target=follow)
        follower.start()
        assert not entered.wait(0.3)
    assert entered.wait(5)
    follower.join()
