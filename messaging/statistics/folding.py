"""Fold tallies into hourly and daily figures: in slices, by one process at a time."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from common.sql import only_row, slice_cursor
from messaging.models import Tally
from messaging.models.ids import live

from . import counting

SLICE = 100
"""Tallies folded in one transaction; each stands for up to a slice of messages. Whoever reads
meanwhile counts their messages one by one, so this is short."""
FOLDED_LATE = timedelta(days=14)
"""Messages of tallies are looked for so many days back: longer than any worker stays away."""

NO_JIT = "SET LOCAL jit = off"
"""Compiling takes many times as long as a slice: the planner counts with far too many rows."""
LOCK = "messaging_statistics"
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock(hashtext('{LOCK}'))"

_ADD = counting.add(counting.by_step(counting.of_tallies("gone")))
_FOLD = """
WITH gone AS MATERIALIZED (
    DELETE FROM messaging_tally
    WHERE id IN (SELECT id FROM messaging_tally ORDER BY id LIMIT %(slice)s)
    RETURNING request_id, channel_id, finished
), {add}
SELECT count(*) FROM gone
""".replace("{add}", _ADD)


def has_tallies() -> bool:
    """Whether anything waits to be folded."""
    return Tally.objects.exists()


def fold() -> int:
    """Fold all tallies that stand there; return how many.

    A tally and the figures it is added to change in one transaction, so whoever reads both in one
    statement counts every message once. When another process folds already, it is left to that.
    """
    folded = 0
    while True:
        with transaction.atomic(), slice_cursor() as cursor:
            cursor.execute(NO_JIT)
            cursor.execute(_TRY_LOCK)
            if not only_row(cursor)[0]:
                return folded
            cursor.execute(
                live(_FOLD, FOLDED_LATE), {"slice": SLICE, "zone": settings.SMS_TIME_ZONE}
            )
            count = int(only_row(cursor)[0])
        folded += count
        if count < SLICE:
            return folded
