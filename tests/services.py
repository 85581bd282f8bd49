"""A real PostgreSQL and a real Valkey for one test run, and the settings tests run with."""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sms_console.embedded import translations
from sms_console.embedded.errors import AlreadyRunningError
from sms_console.embedded.lock import exclusive
from sms_console.embedded.services import services

ROOT = Path(__file__).resolve().parents[1]
SLOTS = ROOT / ".local" / "test"
SLOT_COUNT = 8
"""Test runs that may go on in one checkout at the same time, each with its own servers."""

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "sms_console.settings",
    "SECRET_KEY": "only-for-tests",
    "FIELD_ENCRYPTION_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDE=",
    "SMS_DEMO": "true",
    "STATIC_MANIFEST": "false",
    "SMS_TRAFFIC_DEFAULTS": "",  # rules that most tests are not about; those that are set their own
}

NOT_PASSED_ON = (*SETTINGS, "DATABASE_URL", "REDIS_URL", "SMS_LOCAL_DIR")
"""What this module sets, and a stack that a test starts must not inherit."""


def start() -> None:
    """Start what this process needs, until it ends, and set the environment.

    Under xdist the controller starts the servers and its workers find their addresses in the
    environment. Each worker then has a Valkey database of its own, as pytest-django gives each a
    PostgreSQL database.
    """
    os.environ.update(SETTINGS)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = numbered(os.environ["REDIS_URL"], int(worker[2:]) + 1)
        return
    stack = ExitStack()
    atexit.register(stack.close)
    translations.compile_all(ROOT / "locale")
    slot = _free_slot(stack)
    os.environ["SMS_LOCAL_DIR"] = str(slot)
    (slot / "static").mkdir(exist_ok=True)  # collected files are not needed, their folder is
    servers = stack.enter_context(services(slot, durable=False))
    os.environ.update(servers.environment)


def numbered(url: str, database: int) -> str:
    """The address of another database of the same Valkey (it has 16)."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database % 16}"))


def _free_slot(stack: ExitStack) -> Path:
    for number in range(SLOT_COUNT):
        slot = SLOTS / str(number)
        try:
            stack.enter_context(exclusive(slot))
        except AlreadyRunningError:
            continue
        return slot
    raise AlreadyRunningError(f"{SLOT_COUNT} test runs go on in this checkout already.")
