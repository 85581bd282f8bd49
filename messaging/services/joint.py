"""Small requests of one round stored together: one transaction, one commit for all of them.

A commit each is what limits single-number requests; see `common.rounds` for who waits for whom.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from itertools import accumulate, chain
from typing import Any

import structlog
from django.db import transaction

from common.clock import local_day
from common.rounds import Meeting, may_stop
from common.sql import slice_cursor
from messaging.policy import thresholds
from messaging.policy.thresholds import ThresholdReached
from messaging.statistics import tally

from .doorbell import ring_carrier

log = structlog.get_logger(__name__)

MOST_NUMBERS = 500
"""A larger request is worth a statement of its own."""

_STORE = """
WITH row AS (
    SELECT * FROM unnest(%(id)s::bigint[], %(uuid)s::uuid[], %(whose)s::bigint[],
                %(application)s::bigint[], %(source)s::smallint[], %(group_task)s::bigint[],
                %(type)s::text[], %(version)s::bigint[], %(signature)s::bigint[],
                %(signature_name)s::text[], %(sender)s::text[], %(channel)s::bigint[],
                %(target)s::bigint[], %(extend)s::text[], %(shared)s::text[],
                %(count)s::integer[], %(now)s::timestamptz[], %(priority)s::smallint[],
                %(dispatch)s::smallint[], %(parts)s::smallint[], %(last)s::integer[])
         AS row (id, uuid, customer, application, source, group_task, type, version, signature,
                 signature_name, sender, channel, target, extend, shared, count, now, priority,
                 dispatch, parts, last)
), request AS (
    INSERT INTO messaging_sendrequest
        (id, uuid, customer_id, application_id, source, group_task_id, type, template_version_id,
         signature_id, signature_name, sender, channel_id, target_id, extend, variables, count,
         created_at, priority, dispatch)
    SELECT id, uuid, customer, application, source, group_task, type, version, signature,
           signature_name, sender, channel, target, extend, shared::jsonb, count, now, priority,
           dispatch
    FROM row
    RETURNING id
), message AS (
    INSERT INTO messaging_message
        (id, request_id, customer_id, recipient, variables, state, parts, parts_open, code)
    SELECT row.id + position - 1, row.id, customer, recipient, own::jsonb, 0,
           COALESCE(own_parts, parts), COALESCE(own_parts, parts), ''
    FROM row CROSS JOIN LATERAL unnest(
             (%(recipients)s::text[])[last - count + 1 : last],
             (%(own)s::text[])[last - count + 1 : last],
             (%(own_parts)s::smallint[])[last - count + 1 : last]
         ) WITH ORDINALITY AS message (recipient, own, own_parts, position)
    WHERE recipient IS NOT NULL
    RETURNING id
){tally}{count}
{then}
"""
STORE = _STORE.format(tally=tally.ACCEPTED, count="", then="SELECT 1").encode()
COUNT = _STORE.format(
    tally=tally.ACCEPTED, count=f", {thresholds.SQL}", then=thresholds.COUNTED
).encode()
"""Stores nothing where the customer's thresholds do not have room for all."""

_REQUEST = (
    *("id", "uuid", "application", "source", "group_task", "type", "version", "signature"),
    *("signature_name", "sender", "channel", "target", "extend", "shared", "count", "now"),
    *("priority", "dispatch", "parts"),
)

Small = tuple[dict[str, Any], int]
"""What `storing` takes of a request, and how many of its messages count towards thresholds."""


class NotCounted(Exception):
    """The requests do not fit below the limits together, or the counter's row is missing."""


def takes(row: dict[str, Any]) -> bool:
    """Whether a request is small, of a round, and no transaction of its caller around it."""
    return row["count"] <= MOST_NUMBERS and may_stop()


def store(row: dict[str, Any], counting: int) -> bool:
    """Store a request with others of its round; False when it has to be stored alone.

    No rule may have stopped a message of it, and nobody pays for it. It is not stored when one of
    them does not fit below its customer's thresholds, or the database refuses something: then
    nothing of any of them is. Else the carrier is rung, once for all of them.
    """
    return _meeting.done((row, counting))


def _store(requests: Sequence[Small]) -> None:
    try:
        taken = _by_customer_and_day(requests)
        columns = _columns([row for row, _counting in requests])
        if len(taken) == 1:
            _count_one(*taken.popitem(), columns)
        else:
            _count_several(taken, columns)
    except (ThresholdReached, NotCounted):  # each tells its own caller
        raise
    except Exception as error:
        log.warning(
            "small requests are stored alone", requests=len(requests), error=type(error).__name__
        )
        raise
    try:
        ring_carrier()
    except Exception:  # whatever it is, they are stored: the carrier process looks anyway
        log.exception("doorbell not rung")


def _count_one(
    whose: tuple[int, date], counting: tuple[int, datetime], columns: dict[str, Any]
) -> None:
    """Store and count in one statement, which is one round trip to the database."""
    customer_id, _day = whose
    parameters = columns | thresholds.columns(customer_id, *counting)
    taken = thresholds.store_counted(COUNT, parameters)
    if taken is None:
        raise NotCounted
    try:
        thresholds.note(customer_id, taken)
    except Exception:  # whatever it is, they are stored: the next request tells
        log.exception("thresholds not told", customer=customer_id)


def _count_several(
    taken: Mapping[tuple[int, date], tuple[int, datetime]], columns: dict[str, Any]
) -> None:
    """The counters are changed one after the other, always in the same order."""
    with transaction.atomic() if taken else nullcontext():
        with slice_cursor() as cursor:
            cursor.execute(STORE, columns)
        for (customer_id, _day), counting in sorted(taken.items()):
            thresholds.take(customer_id, *counting)


def _by_customer_and_day(
    requests: Sequence[Small],
) -> dict[tuple[int, date], tuple[int, datetime]]:
    """How many messages to count, with an instant of the day they count in."""
    taken: dict[tuple[int, date], tuple[int, datetime]] = {}
    for row, counting in requests:
        if counting:
            key = row["customer"], local_day(row["now"])
            before, moment = taken.get(key, (0, row["now"]))
            taken[key] = before + counting, moment
    return taken


def _columns(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """The requests column by column, and the numbers of all of them one behind the other."""
    columns = {name: [row[name] for row in rows] for name in _REQUEST}
    columns["whose"] = [row["customer"] for row in rows]
    columns["last"] = list(accumulate(columns["count"]))
    columns["recipients"] = list(chain.from_iterable(row["recipients"] for row in rows))
    return columns | {name: _own(rows, name) for name in ("own", "own_parts")}


def _own(rows: Sequence[dict[str, Any]], name: str) -> list[Any]:
    """What each number has of its own, nothing at all when none of them has."""
    if not any(row[name] for row in rows):
        return []
    return list(chain.from_iterable(row[name] or [None] * row["count"] for row in rows))


_meeting: Meeting[Small] = Meeting(_store)
