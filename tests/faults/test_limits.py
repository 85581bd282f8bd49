"""Valkey emptied and killed in the middle of traffic: no number gets more than its limit."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from bench.stack import Stack, own_stack
from examples.send_sms import send
from tests.faults.test_kill import folder, kill_valkey, wait_until

__all__ = ["folder"]

LIMIT = 5
AT_ONCE = 40
SENDERS = 6
ROUNDS = 40
NEW = 5
"""Each round of a sender leaves so many numbers behind and takes as many new ones, so that at any
time there are numbers that got nothing yet, something, and as much as they may."""


def limit(stack: Stack) -> None:
    with stack.connect() as connection:
        connection.execute(
            "INSERT INTO messaging_frequencypolicy"
            " (application_id, per_hour, whitelist, changed_at)"
            " SELECT id, %s, '[]', now() FROM customers_application WHERE app_key = %s",
            [LIMIT, stack.demo["app_key"]],
        )


def empty_valkey(stack: Stack) -> None:
    environment = json.loads((stack.local / "run" / "environment.json").read_text())
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.flushall()


def passed(stack: Stack) -> Counter[str]:
    """How many messages each number got that no rule stopped."""
    with stack.connect() as connection:
        rows = connection.execute(
            "SELECT recipient, count(*) FROM messaging_message WHERE code <> 'SC:0010' GROUP BY 1"
        )
        return Counter(dict(rows.fetchall()))


@pytest.mark.faults
def test_limits_hold_while_valkey_is_emptied_and_killed(folder: Path) -> None:
    with own_stack(folder / "stack") as stack:
        limit(stack)
        asked = Counter[str]()
        rounds = Counter[int]()
        lock = threading.Lock()

        def send_rounds(sender: int) -> None:
            for turn in range(ROUNDS):
                numbers = [str(13_600_000_000 + turn * NEW + n) for n in range(AT_ONCE)]
                answer = send(stack.demo, "notice", ",".join(numbers), '["A1001"]', "")
                assert answer["code"] == "000000", answer
                with lock:
                    asked.update(f"+86{number}" for number in numbers)
                    rounds[sender] += 1

        with ThreadPoolExecutor(SENDERS) as pool:
            senders = [pool.submit(send_rounds, sender) for sender in range(SENDERS)]
            wait_until(lambda: max(rounds.values(), default=0) >= ROUNDS // 4)
            empty_valkey(stack)
            wait_until(lambda: max(rounds.values()) >= ROUNDS // 2)
            kill_valkey(stack)
            for sender in senders:
                sender.result()

        got = passed(stack)
        assert {number: got[number] for number in asked} == {
            number: min(count, LIMIT) for number, count in asked.items()
        }
