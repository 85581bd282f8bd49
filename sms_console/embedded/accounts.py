"""The unprivileged user that servers run as when we are root.

PostgreSQL refuses to run as root. An existing user is borrowed; none is ever added.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError

CANDIDATES = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """A system user by name and numbers."""

    name: str
    uid: int
    gid: int

    def can(self, *command: str | Path) -> bool:
        """Whether the command succeeds as this user, without supplementary groups."""
        try:
            result = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return False
        return result.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder down to ``folder`` lets this user through.

        Asked by trying, because modes alone do not tell (access lists, mounts, containers).
        """
        return self.can("/bin/sh", "-c", 'cd "$1"', "sh", folder)

    def can_run(self, program: Path) -> bool:
        """Whether this user reaches ``program`` and everything it loads."""
        return self.can(program, "--version")


def is_root() -> bool:
    return os.geteuid() == 0


def unprivileged() -> Account:
    """The first usable one of the candidates.

    Raises ``EmbeddedError`` where root may not become any of them (a container that maps one user).
    """
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
        if account.uid and account.can("/bin/sh", "-c", ":"):
            return account
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and none of the users {', '.join(CANDIDATES)} can be "
        "used here. Start as an ordinary user, or set DATABASE_URL and REDIS_URL to your servers."
    )


def owner(path: Path) -> Account | None:
    """The owner of ``path`` if it is an ordinary user with a name, else ``None``."""
    status = path.stat()
    if status.st_uid == 0:
        return None
    try:
        entry = pwd.getpwuid(status.st_uid)
    except KeyError:
        return None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
