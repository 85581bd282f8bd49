"""Where data lie and who runs the servers; and that no folder of anyone else is changed."""

import os
import pwd
from pathlib import Path

import psycopg
import pytest
import redis

from sms_console.embedded import ownership, places, programs
from sms_console.embedded.accounts import Account
from sms_console.embedded.errors import EmbeddedError
from sms_console.embedded.services import Services, services

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends servers to another user")


def modes_above(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode, owner and group of every folder from ``folder`` up to the root."""
    status = {path: path.stat() for path in (folder, *folder.parents)}
    return {path: (one.st_mode, one.st_uid, one.st_gid) for path, one in status.items()}


def users_of(servers: Services) -> set[tuple[int, ...]]:
    """Real, effective and saved user of every server that was started."""
    found = [
        process
        for server in servers.started.values()
        for process in ownership.servers_on(server.title, server.marker)
    ]
    assert len(found) == len(servers.started)
    return {tuple(process.uids()) for process in found}


def assert_both_work(servers: Services) -> None:
    with psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(servers.redis_url) as broker:
        assert broker.ping()


@as_root
def test_root_lends_the_servers_to_an_existing_user(open_folder: Path) -> None:
    users_before = Path("/etc/passwd").read_bytes()
    above = modes_above(open_folder)
    with services(open_folder / ".local", durable=False) as servers:
        nobody = pwd.getpwnam("nobody").pw_uid
        assert users_of(servers) == {(nobody, nobody, nobody)}
        for server in servers.started.values():
            (process,) = ownership.servers_on(server.title, server.marker)
            groups = Path(f"/proc/{process.pid}/status").read_text().split("Groups:")[1]
            assert groups.splitlines()[0].split() == []
        assert_both_work(servers)
    assert modes_above(open_folder) == above
    assert Path("/etc/passwd").read_bytes() == users_before


@as_root
def test_a_home_of_mode_700_stays_closed(closed_folder: Path) -> None:
    local = closed_folder / "checkout" / ".local"
    local.mkdir(parents=True)
    above = modes_above(local)
    with services(local, durable=False) as servers:
        assert_both_work(servers)
        home = places.elsewhere(local)
        assert home.is_relative_to(places.SHARED_HOME)
        assert oct(home.stat().st_mode & 0o777) == "0o710"
        assert home.stat().st_uid == 0
        assert (home / "postgres" / "PG_VERSION").exists()
        assert str(home) in (local / places.NOTE).read_text()
    assert modes_above(local) == above
    with services(local, durable=False) as again:
        assert again.environment == servers.environment
    places.remove(local)
    assert not local.exists()
    assert not home.exists()


@as_root
def test_programs_out_of_reach_are_copied_once(
    closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = programs.copied(programs.installed(), closed_folder / "venv")
    monkeypatch.setattr(programs, "installed", lambda: private)
    local = closed_folder / ".local"
    local.mkdir()
    for _ in range(2):
        with services(local, durable=False) as servers:
            assert_both_work(servers)
            (copy,) = (places.elsewhere(local) / "programs").iterdir()
            made_at = copy.stat().st_ctime_ns
    assert copy.stat().st_ctime_ns == made_at


@as_root
def test_data_of_an_ordinary_user_stay_theirs_when_root_comes(open_folder: Path) -> None:
    daemon = pwd.getpwnam("daemon")
    local = open_folder / ".local"
    (local / "postgres").mkdir(parents=True)
    os.chown(local / "postgres", daemon.pw_uid, daemon.pw_gid)
    assert places.choose(local).account == Account("daemon", daemon.pw_uid, daemon.pw_gid)


@as_root
def test_data_that_their_user_cannot_reach_any_more_are_not_started_anew(
    open_folder: Path,
) -> None:
    local = open_folder / "home" / ".local"
    with services(local, durable=False):
        pass
    (open_folder / "home").chmod(0o700)
    with pytest.raises(EmbeddedError, match="can no longer reach"), services(local):
        pass


def test_servers_on_other_data_are_left_alone(open_folder: Path) -> None:
    with services(open_folder / "one", durable=False) as one:
        with services(open_folder / "two", durable=False):
            assert_both_work(one)
        assert_both_work(one)
        assert not any(server.has_died() for server in one.started.values())
