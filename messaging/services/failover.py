"""Messages whose channel is down go over the other channel of their route, if none was written.

Whatever may have been written stays where it is: parts keep the channel they were submitted on,
and requests that a process announced wait for their own channel to come back (invariant 4). So a
request may have been submitted over two channels, but no message of it.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from common.sql import slice_cursor
from messaging.models.ids import live

from . import health
from .doorbell import ring_carrier

log = structlog.get_logger(__name__)

SLICE = 1000

# Claimed and never announced by a process that is gone: surely not written (dispatch.announce).
_FREE = """
UPDATE messaging_sendrequest SET dispatch = 0, leased_by = '', leased_until = NULL
WHERE dispatch = 1 AND channel_id = ANY(%(down)s) AND leased_until < now()
  AND written_through IS NULL AND id BETWEEN %(floor)s AND %(ceiling)s
"""

_MOVE = """
WITH stranded AS (
    SELECT request.id FROM messaging_sendrequest AS request
    JOIN LATERAL (
        SELECT primary_id, backup_id FROM messaging_channelroute AS route
        WHERE route.number = request.sender
           OR (route.is_prefix AND starts_with(request.sender, route.number))
        ORDER BY length(route.number) DESC, route.is_prefix LIMIT 1
    ) AS route ON (route.primary_id = request.channel_id AND route.backup_id = %(to)s)
               OR (route.backup_id = request.channel_id AND route.primary_id = %(to)s)
    WHERE request.dispatch = 0 AND request.channel_id = ANY(%(down)s)
      AND request.id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY request.priority, request.id LIMIT %(slice)s
    FOR UPDATE OF request SKIP LOCKED
)
UPDATE messaging_sendrequest AS request SET channel_id = %(to)s
FROM stranded
WHERE request.id = stranded.id AND request.dispatch = 0
  AND request.id BETWEEN %(floor)s AND %(ceiling)s
RETURNING request.count
"""


def fail_over(*, to_channel_id: int) -> int:
    """Take what waits for channels that are down too long and share a route with this one.

    For the process that has this channel open; any number of them may do it at the same time, and
    of two that meet one takes a request. Returns how many messages the requests hold.
    """
    down = _down_too_long(to_channel_id)
    if not down:
        return 0
    moved = 0
    while counts := _move(down, to_channel_id):
        moved += sum(counts)
        if len(counts) < SLICE:
            break
    if moved:
        log.warning(
            "messages go over the backup channel",
            from_channels=down,
            to_channel=to_channel_id,
            messages=moved,
        )
    return moved


def _down_too_long(partner_id: int) -> list[int]:
    partners = (
        health.channels()
        .filter(Q(primary_of__backup=partner_id) | Q(backup_of__primary=partner_id))
        .filter(down_since__isnull=False)
        .annotate(moment=Now())
        .values_list("pk", "down_since", "moment", "failover_after_s")
        .distinct()
    )
    return [
        pk
        for pk, since, moment, own_s in partners
        if moment - since >= timedelta(seconds=own_s or settings.SMS_FAILOVER_AFTER_S)
    ]


def _move(down: list[int], to_channel_id: int) -> list[int]:
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(live(_FREE), {"down": down})
        cursor.execute(live(_MOVE), {"down": down, "to": to_channel_id, "slice": SLICE})
        counts = [count for (count,) in cursor.fetchall()]
        if counts:
            transaction.on_commit(ring_carrier)
    return counts
