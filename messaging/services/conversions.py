"""Codes that were used: what customers' servers tell, as a rate, and an alarm when it falls.

A flood of codes that nobody types in is what an attack on a form looks like, however slow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from common.sql import slice_cursor
from messaging.models import GuardAlarm, GuardLimit
from messaging.models.ids import live
from messaging.policy.guard import raise_alarm

LATELY = timedelta(hours=1)
BEFORE = timedelta(hours=24)
"""The hour that is looked at, and what it is compared with: the hours before it."""
TAKES = timedelta(minutes=10)
"""So long people may take to use a code; younger messages are not looked at."""
GROWN, FALLEN = 1.5, 0.5
"""An alarm is raised when volume grows to so many times, and the rate falls to such a share."""

# A code that is used stays used, whatever is told later.
_TELL = """
WITH known AS (
    SELECT message.id, request.template_version_id, request.created_at, told.is_used
    FROM unnest(%(ids)s::bigint[], %(uuids)s::uuid[], %(used)s::boolean[])
         AS told (id, request_uuid, is_used)
    JOIN messaging_message AS message
      ON message.id = told.id AND message.id BETWEEN %(floor)s AND %(ceiling)s
    JOIN messaging_sendrequest AS request
      ON request.id = message.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
    WHERE request.uuid = told.request_uuid AND request.application_id = %(application)s
), kept AS (
    INSERT INTO messaging_conversion AS conversion
        (message_id, application_id, template_version_id, accepted_at, is_used, told_at)
    SELECT id, %(application)s, template_version_id, created_at, is_used, now() FROM known
    ON CONFLICT (message_id) DO UPDATE SET is_used = true, told_at = now()
    WHERE EXCLUDED.is_used AND NOT conversion.is_used
)
SELECT id FROM known
"""

_RATES = """
WITH fed AS (
    SELECT template_version_id AS version,
           count(*) FILTER (WHERE is_used AND accepted_at < %(lately)s) AS used_before,
           count(*) FILTER (WHERE is_used AND accepted_at >= %(lately)s) AS used_lately
    FROM messaging_conversion
    WHERE message_id BETWEEN %(floor)s AND %(ceiling)s
      AND accepted_at >= %(before)s AND accepted_at < %(until)s
    GROUP BY template_version_id
)
SELECT request.application_id, fed.version,
       COALESCE(sum(request.count) FILTER (WHERE request.created_at < %(lately)s), 0),
       fed.used_before,
       COALESCE(sum(request.count) FILTER (WHERE request.created_at >= %(lately)s), 0),
       fed.used_lately
FROM messaging_sendrequest AS request JOIN fed ON fed.version = request.template_version_id
WHERE request.id BETWEEN %(floor)s AND %(ceiling)s
  AND request.created_at >= %(before)s AND request.created_at < %(until)s
GROUP BY request.application_id, fed.version, fed.used_before, fed.used_lately
"""

_HOURS = """
WITH sent AS (
    SELECT date_trunc('hour', created_at) AS hour, sum(count) AS messages
    FROM messaging_sendrequest
    WHERE id BETWEEN %(floor)s AND %(ceiling)s AND template_version_id = %(version)s
      AND application_id = %(application)s AND created_at >= %(since)s
    GROUP BY 1
), used AS (
    SELECT date_trunc('hour', accepted_at) AS hour, count(*) FILTER (WHERE is_used) AS messages
    FROM messaging_conversion
    WHERE message_id BETWEEN %(floor)s AND %(ceiling)s AND template_version_id = %(version)s
      AND accepted_at >= %(since)s
    GROUP BY 1
)
SELECT sent.hour, sent.messages, COALESCE(used.messages, 0)
FROM sent LEFT JOIN used USING (hour) ORDER BY sent.hour
"""


@dataclass(frozen=True, slots=True)
class Volume:
    """Messages of some time, and how many of their codes were used."""

    sent: int
    used: int

    @property
    def rate(self) -> float:
        return self.used / self.sent if self.sent else 0.0


def tell(*, application_id: int, used: Mapping[tuple[UUID, int], bool]) -> set[int]:
    """Keep what is told of messages of the application: (request uuid, message id) → used or not.

    Returns the ids of those that are known; messages older than `LIVE_SPAN` are not any more.
    """
    parameters = {
        "application": application_id,
        "uuids": [uuid for uuid, _id in used],
        "ids": [message_id for _uuid, message_id in used],
        "used": list(used.values()),
    }
    with slice_cursor() as cursor:
        cursor.execute(live(_TELL), parameters)
        return {row[0] for row in cursor.fetchall()}


def hours(
    *, application_id: int, version_id: int, since: datetime
) -> list[tuple[datetime, Volume]]:
    """The conversion of a template version by the hour; `since` is within `LIVE_SPAN`."""
    parameters = {"application": application_id, "version": version_id, "since": since}
    with slice_cursor() as cursor:
        cursor.execute(live(_HOURS), parameters)
        return [(hour, Volume(int(sent), used)) for hour, sent, used in cursor.fetchall()]


def watch(moment: datetime) -> int:
    """Raise an alarm for each template whose codes are used far less lately; return how many.

    Only templates of which something is told are looked at.
    """
    until = moment - TAKES
    spans: dict[str, Any] = {
        "until": until,
        "lately": until - LATELY,
        "before": until - LATELY - BEFORE,
    }
    with slice_cursor() as cursor:
        cursor.execute(live(_RATES, LATELY + BEFORE + TAKES), spans)
        rows = cursor.fetchall()
    raised = 0
    for application_id, version_id, sent_before, used_before, sent, used in rows:
        before, lately = Volume(int(sent_before), used_before), Volume(int(sent), used)
        if _is_alarming(before, lately):
            raised += raise_alarm(
                application_id=application_id,
                kind=GuardAlarm.Kind.CONVERSION,
                subject=GuardLimit.Subject.TEMPLATE,
                value=str(version_id),
                detail=f"{lately.used}/{lately.sent}, {before.rate:.0%} before",
                moment=moment,
            )
    return raised


def _is_alarming(before: Volume, lately: Volume) -> bool:
    if min(before.sent, lately.sent) < settings.SMS_CONVERSION_LEAST:
        return False
    usual = before.sent * (LATELY / BEFORE)
    return lately.sent >= usual * GROWN and lately.rate < before.rate * FALLEN
