"""The limit of accepting: the same rows stored by psycopg and nothing else."""

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg.types.json import Jsonb

from .stack import Stack

SCHEMA = "sms_console_bench"

_TABLES = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.request (LIKE messaging_sendrequest INCLUDING ALL) WITH (fillfactor = 80);
CREATE TABLE {SCHEMA}.message (LIKE messaging_message INCLUDING ALL) WITH (fillfactor = 80);
"""

_STORE = f"""
WITH request AS (
    INSERT INTO {SCHEMA}.request
        (id, uuid, customer_id, application_id, source, type, template_version_id, signature_id,
         signature_name, sender, channel_id, extend, variables, count, created_at, priority,
         dispatch)
    VALUES (%(id)s, %(uuid)s, 1, 1, 0, 'NOTIFY_TYPE', 1, 1, 'bench', 'csms100000001', 1, '',
            %(variables)s, %(count)s, now(), 1, 0)
)
INSERT INTO {SCHEMA}.message
    (id, request_id, customer_id, recipient, state, parts, parts_open, code)
SELECT %(id)s::bigint + position - 1, %(id)s::bigint, 1, recipient, 0, 1, 1, ''
FROM unnest(%(recipients)s::text[]) WITH ORDINALITY AS row (recipient, position)
"""


class BareInsert:
    """Stores requests of given numbers over several connections, one commit for each."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._next_id = 1

    def store(self, requests: Sequence[list[str]], *, connections: int) -> float:
        """Store the requests; return how many seconds it took."""
        waiting = iter(self._numbered(requests))
        lock = threading.Lock()
        opened = [self._stack.connect() for _ in range(connections)]
        threads = [
            threading.Thread(target=_store_all, args=(connection, waiting, lock))
            for connection in opened
        ]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        elapsed_s = time.perf_counter() - started
        for connection in opened:
            connection.close()
        return elapsed_s

    def _numbered(self, requests: Sequence[list[str]]) -> list[tuple[int, list[str]]]:
        numbered = []
        for recipients in requests:
            numbered.append((self._next_id, recipients))
            self._next_id += len(recipients)
        return numbered


@contextmanager
def bare_insert(stack: Stack) -> Iterator[BareInsert]:
    """Tables of the same shape, for as long as they are needed."""
    with stack.connect() as connection:
        connection.execute(_TABLES)
    try:
        yield BareInsert(stack)
    finally:
        with stack.connect() as connection:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _store_all(
    connection: psycopg.Connection, waiting: Iterator[tuple[int, list[str]]], lock: threading.Lock
) -> None:
    variables = Jsonb(["A1001"])
    while True:
        with lock:
            first_id, recipients = next(waiting, (0, []))
        if not recipients:
            return
        parameters = {
            "id": first_id,
            "uuid": uuid.uuid4(),
            "variables": variables,
            "count": len(recipients),
            "recipients": recipients,
        }
        connection.execute(_STORE, parameters)
