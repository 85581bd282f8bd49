"""A killed owner leaves nothing that blocks the next start, and no data are lost."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import redis

from sms_console.embedded.lock import exclusive
from sms_console.embedded.services import services

from .alive import all_end, is_running
from .conftest import Owner

StartOwner = Callable[..., Owner]


@pytest.mark.skipif(not Path("/proc").exists(), reason="the death signal is Linux's")
def test_servers_end_with_a_killed_owner(open_folder: Path, owner: StartOwner) -> None:
    killed = owner(open_folder / ".local")
    killed.kill()
    assert all_end(*killed.said["pids"])


def test_servers_that_stayed_are_ended_and_their_data_kept(
    open_folder: Path, owner: StartOwner
) -> None:
    local = open_folder / ".local"
    killed = owner(local, leave_servers=True)
    with psycopg.connect(killed.said["environment"]["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    killed.kill()
    assert all(is_running(pid) for pid in killed.said["pids"])

    with exclusive(local), services(local) as servers:
        assert all_end(*killed.said["pids"])
        assert servers.environment == killed.said["environment"]
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_killed_server_recovers(open_folder: Path, owner: StartOwner) -> None:
    local = open_folder / ".local"
    killed = owner(local)
    with psycopg.connect(killed.said["environment"]["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with redis.Redis.from_url(killed.said["environment"]["REDIS_URL"]) as broker:
        broker.set("kept", "8")
        broker.execute_command("WAITAOF", 1, 0, 5000)
    for pid in killed.said["pids"]:
        psutil.Process(pid).kill()
    killed.kill()

    assert (local / "postgres" / "postmaster.pid").exists()
    with exclusive(local), services(local) as servers:
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        with redis.Redis.from_url(servers.redis_url) as broker:
            assert broker.get("kept") == b"8"


def test_a_stale_pid_file_that_names_a_stranger_is_no_obstacle(open_folder: Path) -> None:
    local = open_folder / ".local"
    with services(local):
        pass
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        port = stranger.getsockname()[1]
        lines = [os.getpid(), local / "postgres", 1700000000, port, "", "127.0.0.1", "0 0", "ready"]
        stale = local / "postgres" / "postmaster.pid"
        stale.write_text("".join(f"{line}\n" for line in lines))
        with services(local) as servers, psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_half_made_data_are_made_anew(open_folder: Path) -> None:
    local = open_folder / ".local"
    (local / "postgres.new" / "base").mkdir(parents=True)
    with services(local) as servers, psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (local / "postgres.new").exists()


def test_an_unreadable_broker_log_is_set_aside(
    open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    local = open_folder / ".local"
    with services(local):
        pass
    (manifest,) = (local / "valkey" / "appendonlydir").glob("*.manifest")
    manifest.write_text("garbage\n")
    with services(local) as servers, redis.Redis.from_url(servers.redis_url) as broker:
        assert broker.ping()
    assert "valkey.set-aside" in capsys.readouterr().err


def test_data_whose_password_is_lost_are_set_aside(
    open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    local = open_folder / ".local"
    with services(local) as servers:
        first_port = urlsplit(servers.database_url).port
    (local / "services.json").unlink()
    with services(local) as servers, psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert first_port
    assert (local / "postgres.set-aside" / "PG_VERSION").exists()
    assert "password of these data is lost" in capsys.readouterr().err
