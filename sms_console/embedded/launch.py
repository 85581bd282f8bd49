"""Run a program that ends when its parent does, as another user if asked.

``python -I -S launch.py PARENT_PID SIGNAL UID GID PROGRAM ARGUMENT…``; a UID of -1 keeps the user.

This is a program of its own, not a ``preexec_fn``, because running Python between fork and exec
is unsafe in a process with threads. The order matters: Linux forgets the death signal when the
user changes, so it is set last.
"""

import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
KEEP_USER = -1


def end_with_parent(signal_number: int) -> None:
    """Have Linux send ``signal_number`` to this process when the thread that started it ends.

    Elsewhere nothing happens: the next start clears up instead.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)


def become(uid: int, gid: int) -> None:
    """Take on another user for good: no supplementary group, no way back."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def main() -> None:
    parent, signal_number, uid, gid = map(int, sys.argv[1:5])
    command = sys.argv[5:]
    if uid != KEEP_USER:
        become(uid, gid)
    end_with_parent(signal_number)
    if os.getppid() != parent:
        sys.exit("the parent has ended already")
    os.execvp(command[0], command)  # noqa: S606  (no shell is meant)


def launcher(*, parent: int, signal_number: int, uid: int, gid: int) -> list[str]:
    """The words to put in front of a command so that it runs as described above."""
    numbers = map(str, (parent, signal_number, uid, gid))
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), *numbers]


if __name__ == "__main__":
    main()
