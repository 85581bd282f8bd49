"""The local PostgreSQL."""

import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from .errors import EmbeddedError
from .ports import LOOPBACK
from .programs import POSTGRES_MAJOR
from .server import Server

USER = "sms_console"
DATABASE = "sms_console"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    # Statements stay prepared: plans that were made for a day's first rows do not live long.
    "autovacuum_naptime": "15s",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and details would carry phone numbers and secrets into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class Postgres(Server):
    """A PostgreSQL cluster with one database, reached by TCP with a password."""

    name = "postgres"
    title = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, then writes everything down
    stop_grace_s = 30.0

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{self.access.password}@{LOOPBACK}:{self.access.port}/{DATABASE}"

    @property
    def marker(self) -> str:
        return str(self.data)

    def start(self) -> None:
        """As every server; throw-away data that no longer starts is made anew."""
        try:
            super().start()
        except EmbeddedError:
            if self.durable:
                raise
            self.set_aside("the data of earlier tests do not start")
            super().start()
        self._ensure_database()

    def prepare(self) -> None:
        if self.access.port == 0 and self.data.exists():
            self.set_aside("the password of these data is lost")
        if not self.data.exists():
            self._initialise()
        self._check_release()
        self._forget_reused_number()

    def command(self) -> list[str]:
        settings = SETTINGS if self.durable else SETTINGS | THROWAWAY_SETTINGS
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        program = str(self.place.programs.postgres)
        return [program, "-D", str(self.data), "-p", str(self.access.port), *options]

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.access.port,
            user=USER,
            password=self.access.password,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _ensure_database(self) -> None:
        with self._connect() as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [DATABASE]).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there: never half a cluster."""
        unfinished = self.place.home / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.place.make_folder(unfinished.name)
        password = self.place.write_private("postgres.password", self.access.password)
        try:
            self._run_initdb(unfinished, password)
        finally:
            password.unlink()
        unfinished.rename(self.data)

    def _run_initdb(self, folder: Path, password: Path) -> None:
        command = [
            str(self.place.programs.initdb),
            *("-D", str(folder)),
            *("-U", USER),
            *("--auth", "scram-sha-256"),
            *("--pwfile", str(password)),
            *("--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            # The password is random and long; stretching it would only cost time per connection.
            *("-c", "scram_iterations=1"),
        ]
        if not self.durable:
            command.append("--no-sync")
        account = self.place.account
        result = subprocess.run(
            command,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
            cwd="/",
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise EmbeddedError(f"PostgreSQL cannot make its data in {folder}:\n{result.stderr}")

    def _check_release(self) -> None:
        written_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if written_by != str(POSTGRES_MAJOR):
            raise EmbeddedError(
                f"The data in {self.data} were written by PostgreSQL {written_by}, and this "
                f"release runs PostgreSQL {POSTGRES_MAJOR}. Check out the older release to dump "
                "them, or run `make clean` to start anew."
            )

    def _forget_reused_number(self) -> None:
        """Drop a stale ``postmaster.pid``: its number may be a stranger's by now.

        Servers on this data have been ended before. PostgreSQL itself still refuses to start
        while a process is attached to the old shared memory.
        """
        (self.data / "postmaster.pid").unlink(missing_ok=True)
