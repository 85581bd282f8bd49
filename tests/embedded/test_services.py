"""The local PostgreSQL and Valkey are real, private, and the same at the next start."""

from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from sms_console.embedded import ownership
from sms_console.embedded.errors import EmbeddedError
from sms_console.embedded.services import services


def test_they_are_what_the_product_is_made_for(open_folder: Path) -> None:
    with services(open_folder / ".local") as servers:
        with psycopg.connect(servers.database_url) as connection:
            row = connection.execute(
                "SELECT current_setting('server_version_num')::int / 10000, datlocale, "
                "pg_encoding_to_char(encoding), current_setting('timezone'), "
                "current_setting('fsync'), current_setting('synchronous_commit') "
                "FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        with redis.Redis.from_url(servers.redis_url) as broker:
            kept = broker.config_get("appendonly", "maxmemory-policy")
    assert row == (18, "C.UTF-8", "UTF8", "UTC", "on", "on")
    assert kept == {"appendonly": "yes", "maxmemory-policy": "noeviction"}


def test_the_next_start_has_the_same_addresses_and_data(open_folder: Path) -> None:
    with services(open_folder / ".local") as first:
        with psycopg.connect(first.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with redis.Redis.from_url(first.redis_url) as broker:
            broker.set("kept", "8")
    with services(open_folder / ".local") as second:
        assert second.environment == first.environment
        with psycopg.connect(second.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        with redis.Redis.from_url(second.redis_url) as broker:
            assert broker.get("kept") == b"8"


def test_nothing_is_open_without_the_password(open_folder: Path) -> None:
    with services(open_folder / ".local", durable=False) as servers:
        database, broker = urlsplit(servers.database_url), urlsplit(servers.redis_url)
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(host="127.0.0.1", port=database.port, user="sms_console")
        with pytest.raises(redis.AuthenticationError), redis.Redis(port=broker.port) as client:
            client.ping()


def test_passwords_are_for_the_owner_only(open_folder: Path) -> None:
    local = open_folder / ".local"
    with services(local, durable=False):
        modes = {
            path.name: oct(path.stat().st_mode & 0o777)
            for path in (local / "services.json", local / "valkey.conf", local / "postgres")
        }
    assert modes == {"services.json": "0o600", "valkey.conf": "0o600", "postgres": "0o700"}


def test_servers_given_in_the_environment_are_used(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@db.example/c")
    with services(open_folder / ".local", durable=False) as servers:
        assert servers.database_url == "postgres://a:b@db.example/c"
        assert [server.name for server in servers.started.values()] == ["valkey"]
        with redis.Redis.from_url(servers.redis_url) as broker:
            assert broker.ping()


def test_with_both_given_nothing_is_touched(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@db.example/c")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")
    with services(open_folder / ".local") as servers:
        assert servers.started == {}
    assert list(open_folder.iterdir()) == []


def test_a_taken_port_is_exchanged_for_another(open_folder: Path) -> None:
    with services(open_folder / "one", durable=False) as one:
        taken = (open_folder / "one" / "services.json").read_text()
        (open_folder / "two").mkdir()
        (open_folder / "two" / "services.json").write_text(taken)
        with services(open_folder / "two", durable=False) as two:
            ports = {urlsplit(url).port for url in (*one.environment.values(), two.database_url)}
            assert len(ports) == 3
            with psycopg.connect(two.database_url) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_dies_comes_back_at_its_address(open_folder: Path) -> None:
    with services(open_folder / ".local", durable=False) as servers:
        valkey = servers.started["REDIS_URL"]
        running = ownership.servers_on(valkey.title, valkey.marker)
        ownership.end(running, grace_s=5)
        assert servers.revive() == ["valkey"]
        assert servers.revive() == []
        with redis.Redis.from_url(servers.redis_url) as broker:
            assert broker.ping()


def test_data_of_another_release_are_refused_with_a_sentence(open_folder: Path) -> None:
    local = open_folder / ".local"
    with services(local, durable=False):
        pass
    (local / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match="written by PostgreSQL 16"), services(local):
        pass


def test_the_reason_is_shown_when_a_server_does_not_start(open_folder: Path) -> None:
    local = open_folder / ".local"
    with services(local):
        pass
    (local / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedError, match="pg_control"), services(local):
        pass
