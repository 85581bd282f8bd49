"""The limit of accepting: the same rows stored by psycopg and nothing else."""

import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from .stack import Stack
from .traffic import Batch

SCHEMA = "sms_console_bench"

# The same columns, indexes and partitions, so that a row costs the same to store.
_TABLES = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.messaging_sendrequest (LIKE messaging_sendrequest INCLUDING ALL)
    PARTITION BY RANGE (id);
CREATE TABLE {SCHEMA}.messaging_message (LIKE messaging_message INCLUDING ALL)
    PARTITION BY RANGE (id);
CREATE TABLE {SCHEMA}.messaging_part (LIKE messaging_part INCLUDING ALL)
    PARTITION BY RANGE (message_id);
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN
        SELECT child.relname AS name, parent.relname AS parent,
               pg_get_expr(child.relpartbound, child.oid) AS bounds,
               array_to_string(child.reloptions, ', ') AS options
        FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid
        JOIN pg_class parent ON parent.oid = inhparent
        WHERE inhparent IN ('messaging_sendrequest'::regclass, 'messaging_message'::regclass,
                            'messaging_part'::regclass)
    LOOP
        EXECUTE format('CREATE TABLE {SCHEMA}.%I PARTITION OF {SCHEMA}.%I %s WITH (%s)',
                       part.name, part.parent, part.bounds, part.options);
    END LOOP;
END
$$;
"""

# Ids of today, as the application gives them out: messaging/models/ids.py.
_FIRST_ID = "SELECT (current_date - date '2020-01-01')::bigint * 1000000000"

_STORE = f"""
WITH request AS (
    INSERT INTO {SCHEMA}.messaging_sendrequest
        (id, uuid, customer_id, application_id, source, type, template_version_id, signature_id,
         signature_name, sender, channel_id, extend, variables, count, created_at, priority,
         dispatch)
    VALUES (%(id)s, %(uuid)s, 1, 1, 1, 'NOTIFY_TYPE', 1, 1, 'bench', 'csms100000001', 1, '',
            %(shared)s, %(count)s, now(), 2, 0)
)
INSERT INTO {SCHEMA}.messaging_message
    (id, request_id, customer_id, recipient, variables, state, parts, parts_open, code)
SELECT %(id)s::bigint + position - 1, %(id)s::bigint, 1, recipient, variables::jsonb, 0, 1, 1, ''
FROM unnest(%(recipients)s::text[], %(own)s::text[])
     WITH ORDINALITY AS row (recipient, variables, position)
"""


# What a carrier process does to a slice: parts and states with the answers, and with the receipts.
_PARTS = f"""
INSERT INTO {SCHEMA}.messaging_part (message_id, sequence, channel_id, carrier_id)
SELECT id, 1, 1, 'c' || id FROM unnest(%(ids)s::bigint[]) AS id
"""
_SUBMITTED = f"""
UPDATE {SCHEMA}.messaging_message SET state = 1, submitted_at = now()
WHERE id = ANY(%(ids)s::bigint[])
"""
_REPORTED = f"""
UPDATE {SCHEMA}.messaging_part AS part SET code = 'DELIVRD', source = 2, reported_at = now()
FROM unnest(%(ids)s::bigint[]) AS receipt (id)
WHERE part.carrier_id = 'c' || receipt.id AND part.channel_id = 1
"""
_FINISHED = f"""
UPDATE {SCHEMA}.messaging_message SET state = 10, parts_open = 0, finished_at = now()
WHERE id = ANY(%(ids)s::bigint[])
"""


class BareInsert:
    """Stores the rows of requests over several connections, one commit for each."""

    def __init__(self, stack: Stack, first_id: int) -> None:
        self._stack = stack
        self._next_id = first_id

    def store(self, batches: Sequence[Batch], *, connections: int) -> float:
        """Store the requests; return how many seconds it took."""
        waiting = iter([self._row(batch) for batch in batches])
        opened = [self._stack.connect() for _ in range(connections)]
        threads = [
            threading.Thread(target=_store_all, args=(connection, waiting)) for connection in opened
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

    def change_states(self, batches: Sequence[Batch]) -> float:
        """Take stored messages to their end, a request at a time on one connection.

        Returns how many seconds it took; storing them does not count.
        """
        first_id = self._next_id
        self.store(batches, connections=1)
        with self._stack.connect() as connection:
            started = time.perf_counter()
            for batch in batches:
                ids = {"ids": list(range(first_id, first_id + len(batch.numbers)))}
                first_id += len(batch.numbers)
                for statements in ((_PARTS, _SUBMITTED), (_REPORTED, _FINISHED)):
                    with connection.transaction():
                        for statement in statements:
                            connection.execute(statement, ids, prepare=True)
            return time.perf_counter() - started

    def _row(self, batch: Batch) -> dict[str, Any]:
        first_id = self._next_id
        self._next_id += len(batch.numbers)
        return {
            "id": first_id,
            "uuid": uuid.uuid4(),
            "shared": Jsonb([batch.shared]) if batch.shared else None,
            "count": len(batch.numbers),
            "recipients": batch.numbers,
            "own": [json.dumps([value]) for value in batch.own],
        }


@contextmanager
def bare_insert(stack: Stack) -> Iterator[BareInsert]:
    """Tables of the same shape, for as long as they are needed."""
    with stack.connect() as connection:
        connection.execute(_TABLES)
        ((first_id,),) = connection.execute(_FIRST_ID).fetchall()
    try:
        yield BareInsert(stack, first_id)
    finally:
        with stack.connect() as connection:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _store_all(connection: psycopg.Connection, waiting: Iterator[dict[str, Any]]) -> None:
    """Store what no other thread has taken from the same iterator."""
    for row in waiting:
        connection.execute(_STORE, row, prepare=True)
