"""Erase the values of variables some time after the final status (ruling 29).

They carry one-time codes. Ids grow with time, so one walk over the ids does it: in slices, each an
UPDATE of its own, from a mark up to which nothing is left to erase. What is not final yet keeps
the mark back and is looked at again.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import TextChoices

from common.clock import local_day
from common.placeholders import CompiledText
from common.sql import exclusively
from messaging.models import Erasure, Message
from messaging.models.ids import BLOCK_SIZE, first_id
from messaging.models.partitions import LIVE_SPAN

log = structlog.get_logger(__name__)

SLICE = 20_000
_MARK = "values"

_NEXT_SLICE = """
SELECT COALESCE(max(id), 0), count(*) FROM (
    SELECT id FROM messaging_message WHERE id > %(after)s AND id < %(beyond)s
    ORDER BY id LIMIT %(slice)s
) AS slice
"""

# Older than `given_up`, nothing changes any more, whatever the state says.
_ERASE = """
WITH message AS (
    UPDATE messaging_message AS message SET variables = NULL
    WHERE id > %(after)s AND id <= %(through)s AND variables IS NOT NULL
      AND (state >= %(final)s AND finished_at < %(limit)s OR id < %(given_up)s)
    RETURNING 1
), request AS (
    UPDATE messaging_sendrequest AS request SET variables = NULL
    WHERE id > %(after)s AND id <= %(through)s AND variables IS NOT NULL
      AND (id < %(given_up)s OR NOT EXISTS (
          SELECT FROM messaging_message AS message
          WHERE message.id >= request.id AND message.id < request.id + request.count
            AND message.id > %(after)s AND message.id < %(through)s + %(run)s
            AND (message.state < %(final)s OR message.finished_at >= %(limit)s)
      ))
    RETURNING 1
)
SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM request)
"""

_LEFT = """
SELECT EXISTS (
    SELECT FROM messaging_message
    WHERE id > %(after)s AND id <= %(through)s AND variables IS NOT NULL
) OR EXISTS (
    SELECT FROM messaging_sendrequest
    WHERE id > %(after)s AND id <= %(through)s AND variables IS NOT NULL
)
"""


class Values(TextChoices):
    """What is left of the values of a message's variables."""

    NONE = "none"
    KEPT = "kept"
    ERASED = "erased"


def values_of(message: Message) -> Values:
    """Whether the values still stand; `message.request.template_version` must be loaded."""
    content = message.request.template_version.content
    if not CompiledText.parse(content).variable_count:
        return Values.NONE
    has_values = message.variables is not None or message.request.variables is not None
    return Values.KEPT if has_values else Values.ERASED


def erase_values(moment: datetime) -> int:
    """Erase what was final `SMS_VALUES_KEPT_S` before `moment`; return how many rows lost theirs.

    Values that all messages of a request share go when the last of them is so old.
    """
    with exclusively("messaging.values") as is_alone:
        return _erase(moment) if is_alone else 0


def _erase(moment: datetime) -> int:
    limit = moment - timedelta(seconds=settings.SMS_VALUES_KEPT_S)
    beyond = first_id(local_day(limit) + timedelta(days=1))
    closed = first_id(local_day(moment))
    """Below it no ids are given any more."""
    values = {
        "limit": limit,
        "beyond": beyond,
        "slice": SLICE,
        "run": BLOCK_SIZE,
        "final": Message.FIRST_FINAL.value,
        "given_up": first_id(local_day(limit) - LIVE_SPAN),
    }
    mark, _is_new = Erasure.objects.get_or_create(name=_MARK, defaults={"through": 0})
    after, is_clean, erased = mark.through, True, 0
    while True:
        through, count = _next_slice(values | {"after": after})
        if count < SLICE:
            through = beyond - 1
        rows, is_left = _erase_slice(values | {"after": after, "through": through})
        erased += rows
        is_clean = is_clean and not is_left
        if is_clean and through < closed:
            Erasure.objects.filter(name=_MARK).update(through=through)
        after = through
        if count < SLICE:
            break
    if erased:
        log.info("values of variables erased", rows=erased)
    return erased


def _next_slice(values: dict[str, Any]) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_SLICE, values)
        through, count = cursor.fetchone()
    return through, count


@transaction.atomic
def _erase_slice(values: dict[str, Any]) -> tuple[int, bool]:
    with connection.cursor() as cursor:
        cursor.execute(_ERASE, values)
        (rows,) = cursor.fetchone()
        cursor.execute(_LEFT, values)
        (is_left,) = cursor.fetchone()
    return rows, is_left
