"""Many requests with their messages, made by the database itself."""

from datetime import timedelta

from django.db import connection

from common.clock import day_index, local_day, now
from messaging.models.ids import NUMBERS_PER_DAY
from tests.messaging.road import Road

_FILL = """
WITH request AS (
    INSERT INTO messaging_sendrequest
        (id, uuid, customer_id, application_id, source, type, template_version_id, signature_id,
         signature_name, sender, extend, count, created_at, priority, dispatch)
    SELECT %(first)s + (number - 1) * %(each)s, gen_random_uuid(), %(customer)s, %(application)s,
           1, %(type)s, %(version)s, %(signature)s, 'crowd', '10690', '', %(each)s,
           %(start)s + number * interval '1 second', 2, 2
    FROM generate_series(1, %(requests)s) AS number
    RETURNING id, customer_id, created_at
)
INSERT INTO messaging_message
    (id, request_id, customer_id, recipient, state, parts, parts_open, code, submitted_at,
     finished_at)
SELECT request.id + offset_, request.id, request.customer_id,
       '+86138' || lpad(((request.id + offset_) %% 100000000)::text, 8, '0'),
       CASE WHEN offset_ %% 10 = 3 THEN 11 ELSE 10 END, 1, 0,
       CASE WHEN offset_ %% 10 = 3 THEN 'MK:1008' ELSE 'DELIVRD' END,
       request.created_at, request.created_at
FROM request CROSS JOIN generate_series(0, %(each)s - 1) AS offset_
"""


def fill(road: Road, *, days_ago: int, requests: int, each: int, start: int = 0) -> int:
    """Delivered messages, every tenth failed, of one day; return the id of the first request.

    Needs the day's partition. `start` leaves room for others of the same day.
    """
    day = local_day(now()) - timedelta(days=days_ago)
    first = day_index(day) * NUMBERS_PER_DAY + 500_000_000 + start
    template = road.template
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {
                "first": first,
                "requests": requests,
                "each": each,
                "customer": road.application.customer_id,
                "application": road.application.pk,
                "type": template.type,
                "version": template.version_id,
                "signature": template.signature_id,
                "start": now() - timedelta(days=days_ago, hours=1),
            },
        )
    return first
