"""The day partitions of the tables that grow, made ahead so that no message misses its own."""

from datetime import timedelta

from django.db import connection

from common.clock import day_index, local_day, now

DAYS_AHEAD = 7

LIVE_SPAN = timedelta(days=5)
"""Older messages are final and their callbacks ended: 72 hours for the report (ruling 12), two
days for the callback ladder (ruling 10). Sweeps look no further back."""


def ensure_partitions() -> None:
    """Make the partitions of all live days and of `DAYS_AHEAD` days ahead; idempotent."""
    today = local_day(now())
    first = day_index(today - LIVE_SPAN)
    last = day_index(today + timedelta(days=DAYS_AHEAD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT messaging_make_partitions(%s, %s)", [first, last])
