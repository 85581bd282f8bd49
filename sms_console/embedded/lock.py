"""That only one process is at work in a checkout."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import AlreadyRunningError

PATIENCE_S = 40.0
"""How long a start waits for a predecessor that says it is stopping."""


class Lock:
    """Held for as long as this process works in a checkout; the system frees it when we end."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def take(self) -> bool:
        """Take the lock unless another process has it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._say(stopping=False)
        return True

    def say_stopping(self) -> None:
        """Let a successor know that waiting is worth while."""
        self._say(stopping=True)

    def holder(self) -> tuple[int, bool]:
        """The process number of whoever has the lock, and whether it is stopping."""
        said = os.pread(self._descriptor, 200, 0).decode() or "{}"
        state = json.loads(said)
        return int(state.get("pid", 0)), bool(state.get("stopping"))

    def release(self) -> None:
        os.close(self._descriptor)

    def _say(self, *, stopping: bool) -> None:
        said = json.dumps({"pid": os.getpid(), "stopping": stopping}).ljust(80).encode()
        os.pwrite(self._descriptor, said, 0)


@contextmanager
def exclusive(local: Path) -> Iterator[Lock]:
    """Be the only one at work in the folder ``local`` (made if missing).

    Waits for a predecessor that is stopping; raises ``AlreadyRunningError`` when another process
    holds the lock and goes on working.
    """
    (local / "run").mkdir(parents=True, exist_ok=True)
    lock = Lock(local / "run" / "lock")
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not lock.take():
            pid, stopping = lock.holder()
            if not stopping or time.monotonic() > deadline:
                raise AlreadyRunningError(
                    f"SMS Console already runs in this checkout (process {pid}). "
                    f"Stop it with Ctrl-C in its terminal, or with `kill {pid}`."
                )
            time.sleep(0.1)
        yield lock
    finally:
        lock.release()
