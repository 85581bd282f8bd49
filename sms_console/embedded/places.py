"""Where the data of local services lies, and who runs them.

An ordinary user keeps everything in ``.local/`` and runs the servers as themselves. Root lends
them to an unprivileged user; where that user cannot reach the checkout (a home of mode 700), the
data lies in a folder of our own elsewhere. No folder that is not ours is ever changed.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import accounts, programs
from .accounts import Account
from .errors import EmbeddedError
from .programs import Programs

SHARED_HOME = Path("/var/lib/sms-console")
NOTE = "services-are-elsewhere.txt"


@dataclass(frozen=True)
class Place:
    """Who runs the servers, with which programs, and the folder that holds their data.

    ``account`` is ``None`` when the servers run as the user that we are.
    """

    home: Path
    account: Account | None
    programs: Programs

    def make_folder(self, name: str) -> Path:
        """A private folder in ``home`` that belongs to whoever runs the servers."""
        folder = self.home / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account and folder.stat().st_uid != self.account.uid:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def write_private(self, name: str, text: str) -> Path:
        """Write a file in ``home`` that only whoever runs the servers may read."""
        path = self.home / name
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            if self.account:
                os.fchown(descriptor, self.account.uid, self.account.gid)
            file.write(text)
        return path


def choose(local: Path) -> Place:
    """Decide for the checkout whose ``.local`` (or a folder in it) is ``local``.

    Data that lies in ``local`` already stays with its owner. Raises ``EmbeddedError`` when that
    data belongs to someone else than us, or its owner can no longer reach it.
    """
    data = local / "postgres"
    if not accounts.is_root():
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"{data} belongs to another user: this checkout was run as root before. "
                "Run it as root again, or remove .local as root to start anew."
            )
        return Place(home=local, account=None, programs=programs.installed())
    account = (accounts.owner(data) if data.exists() else None) or accounts.unprivileged()
    if account.can_enter(local):
        (local / NOTE).unlink(missing_ok=True)
        return Place(home=local, account=account, programs=_reachable(account, local))
    if data.exists():
        raise EmbeddedError(
            f"The user {account.name}, who runs PostgreSQL, can no longer reach {data}. "
            "Let that user through to it, or run `make clean` to start anew."
        )
    return _elsewhere(local, account)


def elsewhere(local: Path) -> Path:
    """The folder that stands in for ``local`` when servers cannot reach it."""
    name = hashlib.sha256(os.fsencode(local.resolve())).hexdigest()[:16]
    return SHARED_HOME / name


def _elsewhere(local: Path, account: Account) -> Place:
    home = elsewhere(local)
    SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    # Ours to write, theirs to pass through: what root writes here cannot be redirected by a link.
    home.mkdir(mode=0o710, exist_ok=True)
    os.chown(home, 0, account.gid)
    if not account.can_enter(home):
        raise EmbeddedError(
            f"The user {account.name}, who runs PostgreSQL, can reach neither {local} nor {home}. "
            "Move the checkout to where every user may enter, or run it as an ordinary user."
        )
    (local / NOTE).write_text(
        f"The data of PostgreSQL and Valkey for this checkout are in\n{home}\n"
        f"because their user ({account.name}) may not enter this folder.\n"
        "`make clean` removes them.\n",
        encoding="utf-8",
    )
    return Place(home=home, account=account, programs=_reachable(account, home))


def _reachable(account: Account, home: Path) -> Programs:
    found = programs.installed()
    if account.can_run(found.postgres) and account.can_run(found.valkey):
        return found
    return programs.copied(found, home / "programs")


def remove(local: Path) -> None:
    """Remove ``local`` and what services kept elsewhere for it and for folders in it."""
    for note in local.rglob(NOTE):
        shutil.rmtree(elsewhere(note.parent), ignore_errors=True)
    with suppress(OSError):
        SHARED_HOME.rmdir()  # unless other checkouts have something there
    shutil.rmtree(local)
