"""Message ids: the day and a running number in one integer.

``id = day index × 1,000,000,000 + number``. The day index counts days since 2020-01-01 in the
platform's time zone. Because an id says its day, the tables that grow are range-partitioned on the
id alone: no composite keys, and a lookup by id touches one partition. A request takes a run of
consecutive ids and is named by the first one, so its messages are ``id … id + count - 1`` without
an index on the request. 13 digits at most keep ``smsMsgId`` (uuid, "_", id) within its documented
50 characters.
"""

import threading
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db import connection

from common.clock import date_of_index, day_index, local_day, now

from .partitions import LIVE_SPAN, ensure_partitions

NUMBERS_PER_DAY = 1_000_000_000
BLOCK_SIZE = 10_000
"""Ids taken from the database at a time by one process; a run never spans two blocks."""


@dataclass
class _Block:
    day: int = -1
    next: int = 0
    end: int = 0


_block = _Block()
_lock = threading.Lock()


def allocate(count: int) -> int:
    """Take `count` consecutive ids (at most ``BLOCK_SIZE``); return the first one.

    Ids left over at the end of a block or of a day are never used: gaps are harmless, and a block
    kept over midnight could meet the sequence again after it wrapped.
    """
    if not 0 < count <= BLOCK_SIZE:
        raise ValueError(f"a run of ids holds 1 to {BLOCK_SIZE}, not {count}")
    with _lock:
        today = day_index(local_day(now()))
        if _block.day != today:
            ensure_partitions()
        if _block.day != today or _block.next + count > _block.end:
            _take_block(today)
        first = _block.next
        _block.next += count
        return first


def _take_block(today: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('messaging_id_block')")
        (number,) = cursor.fetchone()
    _block.day = today
    _block.next = today * NUMBERS_PER_DAY + number * BLOCK_SIZE
    _block.end = _block.next + BLOCK_SIZE


def first_id(day: date) -> int:
    """The lowest id of `day`; with the next day's, the bounds of that day's partitions."""
    return day_index(day) * NUMBERS_PER_DAY


def day_of(message_id: int) -> date:
    return date_of_index(message_id // NUMBERS_PER_DAY)


def live(statement: str, span: timedelta = LIVE_SPAN) -> bytes:
    """Fill ``%(floor)s`` and ``%(ceiling)s``: the ids of messages that may still change.

    Or of those of another `span` of days back. They are written into the statement as numbers
    that change once a day. Partitions outside them are then left out when the statement is
    planned, which happens once a day as well.
    """
    today = local_day(now())
    return _bounded(statement, first_id(today - span), first_id(today + timedelta(days=2)))


@lru_cache(maxsize=256)
def _bounded(statement: str, floor: int, ceiling: int) -> bytes:
    filled = statement.replace("%(floor)s", str(floor)).replace("%(ceiling)s", str(ceiling - 1))
    return filled.encode()


def forget() -> None:
    """Drop the block this process holds: for a database that is not the one it came from."""
    with _lock:
        _block.day, _block.next, _block.end = -1, 0, 0
