"""Count again from the messages: after figures were lost, or rows written past the services."""

from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.sql import only_row, slice_cursor
from messaging.models.ids import first_id

from . import counting
from .filters import midnight
from .folding import LOCK

log = structlog.get_logger(__name__)

_IS_KEPT = "SELECT to_regclass('messaging_message_' || %(day)s) IS NOT NULL"
_LOCK = f"SELECT pg_advisory_xact_lock(hashtext('{LOCK}'))"
_DELETE = (
    "DELETE FROM messaging_hourlyfigure WHERE hour >= %(start)s AND hour < %(end)s",
    "DELETE FROM messaging_dailyfigure WHERE day >= %(start)s AND day < %(end)s",
)

# An id may be from just before midnight and its request from just after.
_OF_DAY = """
    request.created_at >= %(start)s AND request.created_at < %(end)s
    AND request.id BETWEEN {floor} AND {ceiling} AND message.id BETWEEN {floor} AND {ceiling}
"""
# What is still to be folded is taken away here, as it is going to be added there.
_COUNT = """
    {counted}
    UNION ALL
    SELECT * FROM ({pending}) AS pending WHERE hour >= %(start)s AND hour < %(end)s
"""


def rebuild(day: date) -> None:
    """Replace the figures of a day of the platform's zone by a recount, in one transaction.

    Messages may be accepted and end meanwhile; folding waits. Raises `Refusal` when the messages
    of that day are no longer kept: their figures are all that is left of them.
    """
    start, end = midnight(day), midnight(day + timedelta(days=1))
    parameters = {"start": start, "end": end, "zone": settings.SMS_TIME_ZONE}
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(_IS_KEPT, {"day": f"{day:%Y%m%d}"})
        if not only_row(cursor)[0]:
            raise Refusal(
                "messages_not_kept",
                _("The messages of %(day)s are no longer kept. Choose later days."),
                params={"day": day.isoformat()},
            )
        cursor.execute(_LOCK)
        for delete in _DELETE:
            cursor.execute(delete, parameters)
        cursor.execute(_statement(day).encode(), parameters, prepare=False)
    log.info("statistics counted again", day=day.isoformat())


def _statement(day: date) -> str:
    floor, ceiling = first_id(day - timedelta(days=1)), first_id(day + timedelta(days=2)) - 1
    condition = _OF_DAY.format(floor=floor, ceiling=ceiling)
    counted = counting.by_step(counting.of_messages(condition))
    pending = counting.by_step(counting.of_tallies("messaging_tally"), sign="-")
    rows = _COUNT.format(counted=counted, pending=pending)
    bounded = rows.replace("%(floor)s", str(floor)).replace("%(ceiling)s", str(ceiling))
    return f"WITH {counting.add(bounded)} SELECT"
