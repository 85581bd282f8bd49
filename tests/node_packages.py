"""npm packages of a lock file, installed once into `.local/cache/node`.

Where Node.js, npm or the registry is missing, tests that need them are left out and say so; in CI
they fail.
"""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from tests.browser_setup import in_ci

CACHE = Path(__file__).resolve().parents[1] / ".local" / "cache" / "node"
INSTALL_TIMEOUT_S = 120


def node_modules(package: Path) -> Path:
    """The folder with the packages that `package`, which has a lock file, depends on."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            _leave_out(f"{program} is not installed")
    lock = (package / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # test processes run side by side
        if not folder.exists():
            _install(package, folder)
    return folder / "node_modules"


def _install(package: Path, folder: Path) -> None:
    """Install beside the folder and move it there: never half of the packages."""
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(package, unfinished)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(
            words,
            cwd=unfinished,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=INSTALL_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        _leave_out(f"npm did not finish in {INSTALL_TIMEOUT_S} s")
    except subprocess.CalledProcessError as error:
        if "EINTEGRITY" in error.stderr:
            raise  # an answer of the registry, and a wrong one
        _leave_out(f"npm could not install the packages: {error.stderr.strip()[-300:]}")
    unfinished.rename(folder)


def _leave_out(reason: str) -> NoReturn:
    """Skip for want of what this machine lacks; fail in CI, where nothing may be lacking."""
    words = f"what needs npm packages is left out: {reason}"
    if in_ci():
        pytest.fail(words)
    pytest.skip(words)
