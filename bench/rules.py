"""All rules of sending at once, for as long as something is measured under them."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis

from .errors import BenchError
from .stack import Stack

WORDS = 10_000
LISTED_NUMBERS = 100_000
NOTED = "sms-console-bench"
"""Marks the rows of ours."""
SETTLE_S = 1.0
COUNTERS_TIMEOUT_S = 60.0
POLL_S = 0.25
GENERATION, FILLED = "frequency:generation", "frequency:filled"
"""After so long every web process knows of a change."""

_HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3_500)]
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"

# Numbers of another range than those that are sent to: all are looked up, none is found.
_NUMBERS = """
INSERT INTO messaging_blockednumber (recipient, kind, reason, is_active, created_at)
SELECT '+86' || 19000000000 + number * 7, 'platform', %(noted)s, true, now()
FROM generate_series(1, %(count)s) AS number
ON CONFLICT (recipient) DO NOTHING
"""
_LIST = """
INSERT INTO reviews_listedword
    (kind, text, in_verification, in_notification, in_promotion, is_blocking, explanation_en,
     explanation_zh, is_active, created_at, updated_at)
SELECT 'forbidden_topic', word, true, true, true, true, %(noted)s, '', true, now(), now()
FROM unnest(%(words)s::text[]) AS word
ON CONFLICT DO NOTHING
"""
_LIMIT = """
INSERT INTO messaging_frequencypolicy
    (application_id, per_minute, per_hour, per_day, whitelist, changed_at)
SELECT id, 999, 999, 999, '[]', now() FROM customers_application WHERE app_key = %(app_key)s
ON CONFLICT (application_id) DO NOTHING
"""
_DENY = """
WITH customer AS (SELECT customer_id FROM customers_application WHERE app_key = %(app_key)s),
     control AS (
    INSERT INTO messaging_numbercontrol (customer_id, is_enabled)
    SELECT customer_id, true FROM customer
    ON CONFLICT (customer_id) DO UPDATE SET is_enabled = true
)
INSERT INTO messaging_numberrule (customer_id, kind, pattern, created_at)
SELECT customer_id, 'deny', '+86' || 18000000000 + number, now()
FROM customer, generate_series(1, 600) AS number
ON CONFLICT DO NOTHING
"""
_COUNT = """
UPDATE messaging_trafficthreshold SET is_enforced = %(is_on)s WHERE customer_id IN
    (SELECT customer_id FROM customers_application WHERE app_key = %(app_key)s)
"""
_GUARD = "UPDATE messaging_guardlimit SET is_active = %(is_on)s, most = 10000000"
_CLEAN = (
    "DELETE FROM messaging_blockednumber WHERE reason = %(noted)s",
    "DELETE FROM reviews_listedword WHERE explanation_en = %(noted)s",
    "DELETE FROM messaging_numberrule WHERE pattern LIKE '+8618000000%%'",
    "DELETE FROM messaging_frequencypolicy",
)


@contextmanager
def rules(stack: Stack, *, are_on: bool) -> Iterator[None]:
    """Put every rule into force, with lists as long as they may be; or none at all.

    10,000 forbidden words, 100,000 blocked numbers, 600 numbers that the customer denies, three
    frequency limits, the traffic thresholds and the guard. Afterwards the thresholds hold again.
    For a stack of the bench's own: what it had of these rules is overwritten.
    """
    parameters = {
        "noted": NOTED,
        "count": LISTED_NUMBERS,
        "words": _words(),
        "app_key": stack.demo["app_key"],
    }
    with stack.connect() as connection:
        _switch(connection, parameters, are_on)
        if are_on:
            for statement in (_NUMBERS, _LIST, _LIMIT, _DENY):
                connection.execute(statement, parameters)
            connection.execute("ANALYZE messaging_blockednumber")
    time.sleep(SETTLE_S)
    if are_on:
        _wait_for_counters(stack)
    try:
        yield
    finally:
        with stack.connect() as connection:
            for statement in _CLEAN:
                connection.execute(statement, parameters)
            _switch(connection, parameters, True)
            connection.execute("VACUUM messaging_blockednumber")
        time.sleep(SETTLE_S)


def _wait_for_counters(stack: Stack) -> None:
    """Return when the counters of frequency hold what was sent before, as they do all day."""
    deadline = time.monotonic() + COUNTERS_TIMEOUT_S
    with redis.Redis.from_url(stack.redis_url) as valkey:
        # The first messages under limits begin the counters; the stack fills them seconds later.
        while valkey.get(GENERATION) and not _are_filled(valkey):
            if time.monotonic() > deadline:
                raise BenchError("the counters of frequency are not filled")
            time.sleep(POLL_S)


def _are_filled(valkey: "redis.Redis[bytes]") -> bool:
    generation = (valkey.get(GENERATION) or b"").decode()
    names = valkey.scan_iter(match=f"{FILLED}:{generation}:*")
    return any(not name.endswith(b":begun") for name in names)


def _switch(connection: psycopg.Connection, parameters: dict[str, object], is_on: bool) -> None:
    connection.execute(_COUNT, parameters | {"is_on": is_on})
    connection.execute(_GUARD, {"is_on": is_on})


def _words() -> list[str]:
    """The same words in every round: mostly Chinese, some of Latin letters."""
    chosen = random.Random(1)
    words: set[str] = set()
    while len(words) < WORDS:
        letters, shortest, longest = (_LATIN, 4, 8) if len(words) % 10 == 0 else (_HAN, 2, 5)
        words.add("".join(chosen.choices(letters, k=chosen.randint(shortest, longest))))
    return sorted(words)
