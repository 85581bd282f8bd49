"""Django commands against the local installation, running or not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from . import environment
from .errors import AlreadyRunningError
from .lock import exclusive
from .processes import base_url
from .services import services


def manage(arguments: list[str], *, root: Path, local: Path, port: int) -> int:
    """Run ``manage.py`` with the services of ``make run``, started for the time if need be.

    Returns the exit code of the command.
    """
    try:
        with exclusive(local), services(local) as servers:
            added = environment.for_application(servers, local=local, base_url=base_url(port))
            return _run(arguments, root, added)
    except AlreadyRunningError:
        return _run(arguments, root, environment.published(local))


def _run(arguments: list[str], root: Path, added: dict[str, str]) -> int:
    # Ctrl-C is for the command; it gets the signal from the terminal as we do.
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=root, env={**os.environ, **added}).returncode
    finally:
        signal.signal(signal.SIGINT, previous)
