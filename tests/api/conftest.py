"""A customer ready to send, and the real web server for what depends on the wire."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from messaging.models import Callback, Message, SendRequest
from sms_console.embedded.ports import free_port
from tests.api.shop import Shop, open_shop

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shop(db: None) -> Shop:
    """An application with an approved notification template, its signature and a channel."""
    return open_shop()


@pytest.fixture
def stored_shop(transactional_db: None) -> Shop:
    """The same, committed, so that the server process sees it."""
    return open_shop()


def stored() -> tuple[int, int, int]:
    """How many requests, messages and owed reports there are."""
    return (
        SendRequest.objects.count(),
        Message.objects.count(),
        Callback.objects.count(),
    )


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped web server on the test database; remembers nothing between requests."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": _test_database(os.environ["DATABASE_URL"]),
        "REDIS_URL": settings.REDIS_URL,
        "SMS_CREDENTIAL_CACHE_S": "0",
        "TRUSTED_PROXIES": "",
        "MEDIA_ROOT": str(tmp_path_factory.mktemp("media")),
    }
    log = tmp_path_factory.mktemp("server") / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sms_console.web", "--workers", "1"),
                *("--host", "127.0.0.1", "--port", str(port)),
            ],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        _await_listener(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _test_database(url: str) -> str:
    """The address of the database that this test process uses."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def _await_listener(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)  # nothing tells when a port begins to listen
        else:
            return
    raise AssertionError(f"the web server does not listen: {log.read_text()}")
