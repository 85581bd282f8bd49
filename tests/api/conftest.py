"""A customer ready to send, and the real web server for what depends on the wire."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from api.data_plane import credentials
from messaging.models import Callback, Message, SendRequest, ids
from messaging.services import catalogue
from sms_console.embedded.ports import free_port
from tests.api.shop import Shop, open_shop

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """What this process remembers of one test's database is wrong in the next one's."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    credentials.forget()
    catalogue.forget()
    ids.forget()


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
def server(django_db_setup: None) -> Iterator[str]:
    """The shipped web server on the test database; remembers nothing between requests."""
    database = connection.settings_dict
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": _with_name(os.environ["DATABASE_URL"], str(database["NAME"])),
        "REDIS_URL": settings.REDIS_URL,
        "SMS_CREDENTIAL_CACHE_S": "0",
    }
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "sms_console.wsgi:application"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-ws"),
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Started worker-1 runtime" in line:
                break
        else:
            raise AssertionError(f"the web server ended with {process.wait()}")
        # Whatever it says later must not fill the pipe.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _with_name(url: str, name: str) -> str:
    head, mark, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{query}"
