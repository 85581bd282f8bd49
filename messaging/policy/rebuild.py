"""Fill the counters of a new generation from PostgreSQL, so that nobody has to look there.

Until this is done each number that Valkey does not know is looked up when it is sent to.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from common.clock import now
from messaging.models import FrequencyPolicy
from messaging.models.ids import live

from .counters import Counters, counters
from .windows import LONGEST_S, NAMES, Event, content_of, microseconds

log = structlog.get_logger(__name__)

AFTER_S = 10
"""So old a generation is before it is filled: what was counted before it is stored by then."""
AT_ONCE = 1_000
"""Numbers that are written together."""

# As the history of single numbers in frequency.py, of all of them.
_SENT = """
DECLARE sent NO SCROLL CURSOR FOR
SELECT request.application_id, message.recipient, request.created_at, request.type,
       request.template_version_id, COALESCE(message.variables, request.variables)
FROM messaging_message AS message
JOIN messaging_sendrequest AS request
  ON request.id = message.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
WHERE message.id BETWEEN %(floor)s AND %(ceiling)s
  AND NOT (message.state = 11 AND message.submitted_at IS NULL)
  AND request.created_at > %(since)s
  AND (%(application)s::bigint IS NULL OR request.application_id = %(application)s::bigint)
ORDER BY request.application_id, message.recipient, request.created_at
"""


def rebuild() -> int:
    """Fill what is missing of the counters; returns how many numbers were written."""
    known = counters()
    generation = known.generation(microseconds(now()))
    if generation is None or microseconds(now()) - generation < AFTER_S * 1_000_000:
        return 0
    return sum(
        _fill(known, generation, application_id)
        for application_id in _limited()
        if known.begin_filling(generation, application_id)
    )


def _limited() -> list[int | None]:
    """The applications that have limits; None stands for all of them."""
    if settings.SMS_FREQUENCY_LIMITS:
        return [None]
    return list(FrequencyPolicy.objects.values_list("application_id", flat=True))


def _fill(known: Counters, generation: int, application_id: int | None) -> int:
    count = 0
    for scope, numbers in _batches(application_id):
        count += len(numbers)
        if not known.add(generation, scope, numbers):
            return count  # Valkey is away: the next run begins again
    known.end_filling(generation, application_id)
    log.info("frequency counters filled", application=application_id, numbers=count)
    return count


def _batches(
    application_id: int | None,
) -> Iterator[tuple[int, list[tuple[str, list[Event]]]]]:
    """What numbers got of an application, some numbers at a time."""
    for scope, rows in groupby(_sent(application_id), key=itemgetter(0)):
        numbers = []
        for recipient, sent in groupby(rows, key=itemgetter(1)):
            numbers.append((recipient, [_event(row) for row in sent]))
            if len(numbers) == AT_ONCE:
                yield scope, numbers
                numbers = []
        if numbers:
            yield scope, numbers


def _event(row: tuple[Any, ...]) -> Event:
    _scope, _recipient, at, type, version_id, values = row
    content = content_of(version_id, json.loads(values) if values else [])
    return Event(microseconds(at), NAMES[type][0], content)


def _sent(application_id: int | None) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of numbers, without holding them all."""
    span = timedelta(seconds=LONGEST_S)
    parameters = {"since": now() - span, "application": application_id}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(live(_SENT, span).decode(), parameters)
        while True:
            cursor.execute(f"FETCH {10 * AT_ONCE} FROM sent")
            if not (rows := cursor.fetchall()):
                return
            yield from rows
