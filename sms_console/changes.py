"""Web processes drop what they remember of applications, texts and words when a row changes.

Triggers named `announce_change` announce every change of those tables, whoever makes it. A process
that listens remembers for a minute (`common.expiring.HEARD_S`), any other one, and one whose
connection is lost, for `SMS_CREDENTIAL_CACHE_S`.
"""

import select
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import structlog

from api.data_plane import credentials
from common.expiring import hear
from common.sql import conninfo
from messaging.policy import verdicts
from messaging.services import catalogue
from reviews.services.rules import wording

log = structlog.get_logger(__name__)

CHANNEL = "sms_changes"
RECONNECT_S = 2.0
LOOK_UP_S = 1.0
"""How often the thread looks whether it is to end."""

# A connection that nothing comes through any more is known to be lost after eight seconds.
PROBING = "keepalives=1 keepalives_idle=5 keepalives_interval=1 keepalives_count=3"


def forget_everything() -> None:
    """Drop all credentials, templates, routes and listed words that this process remembers."""
    credentials.forget()
    catalogue.forget()
    verdicts.forget()
    wording.forget()


class ChangeListener:
    """A thread of its own with one listening connection, until `stop`."""

    def __init__(self, forget: Callable[[], None] = forget_everything) -> None:
        self._forget = forget
        self._stopping = threading.Event()
        self.listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread and its connection; returns when both are gone."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("changes are not announced", error=type(error).__name__)
                self._stopping.wait(RECONNECT_S)

    def _listen(self) -> None:
        with psycopg.connect(f"{conninfo()} {PROBING}", autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._forget()  # something may have changed while nobody listened
            hear(hears=True)
            self.listening.set()
            try:
                self._forget_changes(connection)
            finally:
                hear(hears=False)
                self._forget()

    def _forget_changes(self, connection: psycopg.Connection[Any]) -> None:
        # psycopg alone would look ten times a second.
        server = select.poll()
        server.register(connection, select.POLLIN)
        while not self._stopping.is_set():
            if server.poll(LOOK_UP_S * 1000):
                for _change in connection.notifies(timeout=0):
                    self._forget()
